"""Compares two photos: python compare.py SERVICE SOURCE TARGET"""

import os
import sys
from base64 import b64encode
from pathlib import Path
from typing import TypeVar

from face_comparison_client import AuthenticatedClient
from face_comparison_client.api.faces import analyze_faces, compare_faces
from face_comparison_client.models import CompareForm, CompareRequest, CompareResponse, ImageData, Problem
from face_comparison_client.types import File

Answer = TypeVar("Answer")


def main(service: str, source: Path, target: Path) -> None:
    # A service without keys ignores the token. There is no time limit, since the service has its own.
    client = AuthenticatedClient(base_url=service, token=os.environ.get("FACES_KEY", "none"), timeout=None)

    with source.open("rb") as photo:
        analyzed = answer(analyze_faces.sync(client=client, body=File(photo), face_hash=False))
    print(f"{source.name}: {len(analyzed.faces)} faces")

    request = CompareRequest(source=base64(source), target=base64(target))
    show("base64", answer(compare_faces.sync(client=client, body=request)))

    with source.open("rb") as a, target.open("rb") as b:
        form = CompareForm(
            source=File(a, file_name=source.name, mime_type="image/jpeg"),
            target=File(b, file_name=target.name, mime_type="image/jpeg"),
        )
        show("form", answer(compare_faces.sync(client=client, body=form)))


def base64(photo: Path) -> ImageData:
    return ImageData(img=b64encode(photo.read_bytes()).decode())


def answer(result: Answer | Problem | None) -> Answer:
    """What the service answered; ends the program for a problem."""
    if isinstance(result, Problem):
        sys.exit(f"{result.code}: {result.detail}")
    if result is None:
        sys.exit("the service answered with a status that is not documented")
    return result


def show(how: str, comparison: CompareResponse) -> None:
    similarities = [f"{match.similarity:.1f}" for match in comparison.face_matches]
    print(f"{how}: matches {', '.join(similarities)}; {len(comparison.unmatched_faces)} other faces")


main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
