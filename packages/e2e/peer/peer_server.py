#!/usr/bin/env python3
"""The peer that `npm run bench` measures beside the service: what one would write in Python today, on the same weights.

FastAPI, uvicorn, OpenCV and onnxruntime; each worker takes one picture at a time through
base64 -> decode -> detect -> align -> embed face by face -> JSON. It reads the same manifest as the service and answers
the same JSON, but checks nothing and survives nothing. It is a yardstick, not a product.

    python -m pip install -r packages/e2e/peer/requirements.txt
    python packages/e2e/peer/peer_server.py --manifest models/default/manifest.json --port 8900 --workers 2 --threads 1
"""

import argparse
import base64
import json
import os
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, Request, Response

# uvicorn's workers import this module anew: what the command line said reaches them through the environment.
MANIFEST_VARIABLE = "PEER_MANIFEST"
THREADS_VARIABLE = "PEER_THREADS"
ACCELERATOR_VARIABLE = "PEER_ACCELERATOR"

PROVIDERS = {"none": ["CPUExecutionProvider"], "nvidia": ["CUDAExecutionProvider", "CPUExecutionProvider"]}


class Model:
    """The networks of one manifest, each session on so many threads."""

    def __init__(self, manifest_path: Path, threads: int, accelerator: str) -> None:
        self.threads = threads
        self.providers = PROVIDERS[accelerator]
        manifest = json.loads(manifest_path.read_text())
        self.version = manifest["version"]
        self.detector = manifest["detector"]
        if self.detector["kind"] != "yunet":
            raise ValueError(f"the peer runs yunet detectors only, not {self.detector['kind']}")
        self.heads = manifest["heads"]
        self.crop_px = manifest["alignment"]["size"]
        self.template = np.array(manifest["alignment"]["template"], np.float32)
        self.detector_session = self._session(manifest_path.parent / self.detector["file"])
        (embedder,) = {head["file"] for head in self.heads}
        self.embedder_session = self._session(manifest_path.parent / embedder)
        self.head_names = [head["output"]["name"] for head in self.heads]
        self.shares = [head["weight"] ** 0.5 for head in self.heads]

    def _session(self, path: Path) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        return ort.InferenceSession(str(path), options, providers=self.providers)

    def faces(self, encoded: bytes) -> list[dict]:
        """Every face of a picture, best first."""
        bgr = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)  # applies the EXIF orientation
        if bgr is None:
            raise ValueError("not a picture")
        rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        height, width = rgb.shape[:2]
        answer = []
        for score, (left, top, right, bottom), points in self._detect(rgb):
            answer.append(
                {
                    "BoundingBox": {
                        "Width": (right - left) / width,
                        "Height": (bottom - top) / height,
                        "Left": left / width,
                        "Top": top / height,
                    },
                    "Confidence": score,
                    "face_hash": self._embed(self._align(rgb, points)).tolist(),
                }
            )
        return answer

    def _detect(self, rgb: np.ndarray):
        height, width = rgb.shape[:2]
        size, multiple = self.detector["size"], self.detector["size"]["multiple"]
        scale = min(1.0, size["longSide"] / max(height, width))
        small_width, small_height = max(1, round(width * scale)), max(1, round(height * scale))
        padded = np.zeros((-(-small_height // multiple) * multiple, -(-small_width // multiple) * multiple, 3), np.uint8)
        padded[:small_height, :small_width] = (
            cv2.resize(rgb, (small_width, small_height), interpolation=cv2.INTER_LINEAR) if scale < 1 else rgb
        )
        names = self.detector["outputs"]
        scores, boxes, points = (
            output[0]
            for output in self.detector_session.run(
                [names["scores"], names["boxes"], names["landmarks"]], {self.detector["input"]["name"]: padded[None]}
            )
        )
        likely = np.nonzero(scores > self.detector["scoreThreshold"])[0]
        scores, boxes, points = scores[likely], boxes[likely], points[likely]
        corner_and_size = np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
        kept = cv2.dnn.NMSBoxes(
            corner_and_size.tolist(), scores.tolist(), self.detector["scoreThreshold"], self.detector["nmsIou"]
        )
        to_photo = np.array([width / small_width, height / small_height])
        for i in kept:
            yield float(scores[i]), (boxes[i] * np.tile(to_photo, 2)).tolist(), points[i].reshape(5, 2) * to_photo

    def _align(self, rgb: np.ndarray, points: np.ndarray) -> np.ndarray:
        """The crop in which the five points lie as near as they can to the template (rotation, scale and shift)."""
        from_mean, to_mean = points.mean(0), self.template.mean(0)
        source, target = points - from_mean, self.template - to_mean
        norm = (source * source).sum()
        a = (source * target).sum() / norm
        b = (source[:, 0] * target[:, 1] - source[:, 1] * target[:, 0]).sum() / norm
        matrix = np.array(
            [
                [a, -b, to_mean[0] - a * from_mean[0] + b * from_mean[1]],
                [b, a, to_mean[1] - b * from_mean[0] - a * from_mean[1]],
            ]
        )
        return cv2.warpAffine(rgb, matrix, (self.crop_px, self.crop_px))

    def _embed(self, crop: np.ndarray) -> np.ndarray:
        parts = self.embedder_session.run(self.head_names, {self.heads[0]["input"]["name"]: crop[None]})
        return np.concatenate(
            [share * part[0] / np.linalg.norm(part[0]) for share, part in zip(self.shares, parts, strict=True)]
        )


app = FastAPI()
model = None
if MANIFEST_VARIABLE in os.environ:
    cv2.setNumThreads(int(os.environ[THREADS_VARIABLE]))
    model = Model(
        Path(os.environ[MANIFEST_VARIABLE]), int(os.environ[THREADS_VARIABLE]), os.environ[ACCELERATOR_VARIABLE]
    )


@app.get("/ping")
def ping() -> dict:
    return {"ok": True}


@app.post("/face_comparison")
async def face_comparison(request: Request) -> Response:
    try:
        body = {"Faces": model.faces(base64.b64decode((await request.json())["img"])), "FaceModelVersion": model.version}
        return Response(json.dumps(body), media_type="application/json")
    except (ValueError, KeyError) as error:
        return Response(json.dumps({"detail": str(error)}), status_code=422, media_type="application/json")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=1, help="threads of each process")
    parser.add_argument("--accelerator", choices=sorted(PROVIDERS), default="none")
    arguments = parser.parse_args()
    os.environ[MANIFEST_VARIABLE] = os.path.abspath(arguments.manifest)
    os.environ[THREADS_VARIABLE] = str(arguments.threads)
    os.environ[ACCELERATOR_VARIABLE] = arguments.accelerator
    uvicorn.run(
        "peer_server:app",
        app_dir=os.path.dirname(os.path.abspath(__file__)),
        host="127.0.0.1",
        port=arguments.port,
        workers=arguments.workers,
        log_level="warning",
    )
