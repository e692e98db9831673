"""Measures this bundle beside the default on pictures of known people: cosine between both, accuracy, accept rates.

    python compare.py --images lfw --pairs pairs.txt --more others.txt --cache cache            prints the figures
    python compare.py --images lfw --pairs pairs.txt --more others.txt --cache cache --write    and writes figures.json
                                                                        and the operating points of manifest.json

Each face is found and cut out once and embedded by both, on one core: about 110 ms a picture.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import numpy as np

BUNDLE = Path(__file__).resolve().parent.parent
DEFAULT = BUNDLE.parent / 'default'
sys.path.insert(0, str(DEFAULT / 'recipe'))

import manifest_file  # noqa: E402
from measure import choose_face, fuse, measure, people_and_pairs, read_pairs  # noqa: E402
from reference import Reference, decode  # noqa: E402


def head_vectors(images: Path, pictures: list[str], cache: Path) -> list[dict[str, np.ndarray]]:
    """The unit vectors of each head for each picture: of the default, and of this bundle."""
    bundles = [Reference(folder / 'manifest.json') for folder in (DEFAULT, BUNDLE)]
    digests = [file['sha256'][:12] for b in bundles for file in b.manifest['files'] if file['path'] == 'embedder.onnx']
    path = cache / f'{"-".join(digests)}-{len(pictures)}.npz'
    if not path.exists():
        rows: list[list[list[np.ndarray]]] = [[[] for _ in bundle.heads] for bundle in bundles]
        for i, picture in enumerate(pictures):
            rgb = decode(images / picture)
            faces = bundles[0].detect(rgb)
            if not faces:
                raise SystemExit(f'no face found in {picture}')
            crop = bundles[0].crop(rgb, choose_face(faces, rgb.shape[1], rgb.shape[0]))
            for bundle, columns in zip(bundles, rows, strict=True):
                for column, part in zip(columns, bundle.parts(crop[None]), strict=True):
                    column.append(part[0])
            if i % 50 == 0:
                print(f'\r{i + 1} of {len(pictures)} pictures ', end='', flush=True)
        print()
        cache.mkdir(parents=True, exist_ok=True)
        stored = {
            f'{b}/{head["name"]}': np.array(column, np.float32)
            for b, (bundle, columns) in enumerate(zip(bundles, rows, strict=True))
            for head, column in zip(bundle.heads, columns, strict=True)
        }
        np.savez(path, **stored)
    found = np.load(path)
    return [{head['name']: found[f'{b}/{head["name"]}'] for head in bundle.heads} for b, bundle in enumerate(bundles)]


def closeness(standard: np.ndarray, quantised: np.ndarray) -> dict[str, float]:
    """Cosines between the vectors of the same faces."""
    cosines = (standard * quantised).sum(1)
    values = {'least': cosines.min(), 'p1': np.percentile(cosines, 1), 'mean': cosines.mean()}
    return {name: round(float(value), 5) for name, value in values.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description='Measures the int8 bundle beside the default.')
    parser.add_argument('--images', type=Path, required=True, help='folder of NAME/NAME_0001.jpg')
    parser.add_argument('--pairs', type=Path, required=True, help="pairs in LFW's format")
    parser.add_argument('--more', type=Path, help='list of further pictures, for pairs of strangers')
    parser.add_argument('--cache', type=Path, required=True, help='folder to keep vectors in')
    parser.add_argument('--data', default='LFW deep-funneled', help='what the pictures are, for measuredOn')
    parser.add_argument('--write', action='store_true', help='write figures.json and the operating points')
    arguments = parser.parse_args()

    listed = read_pairs(arguments.pairs)
    of_pairs = {picture for pair in listed for picture in pair[:2]}
    more = set(arguments.more.read_text().split()) if arguments.more else set()
    pictures = sorted(of_pairs | more)
    person, pairs = people_and_pairs(pictures, listed)
    standard, quantised = head_vectors(arguments.images, pictures, arguments.cache)
    manifest = manifest_file.read(BUNDLE / 'manifest.json')
    shares = [head['weight'] for head in manifest['heads']]
    for parts in (standard, quantised):
        parts['whole'] = fuse(list(parts.values()), shares).astype(np.float32)
    uncalibrated = np.array([picture in of_pairs for picture in pictures])
    figures: dict[str, dict] = {}
    keys = ('accuracy', 'accuracyStandardError', 'listed', 'points')
    for name, vectors in standard.items():
        spaces = {'default': vectors, 'int8': quantised[name]}
        figures[name] = {'cosine': closeness(vectors[uncalibrated], quantised[name][uncalibrated])}
        figures[name] |= {
            which: {key: value for key, value in measure(name, rows, person, pairs).items() if key in keys}
            for which, rows in spaces.items()
        }
        print(f'{name}: cosine to the default {figures[name]["cosine"]}')
        for which in spaces:
            found = figures[name][which]
            rates = ', '.join(f'{point["tar"]:.4f} at {point["far"]:g}' for point in found['points'])
            print(f'  {which:8s} accuracy {found["accuracy"]:.4f}; listed pairs {found["listed"]}; TAR {rates}')
    if arguments.write:
        write(figures, manifest, arguments.data, len(pictures), int(person.max()) + 1, len(of_pairs))


def write(figures: dict, manifest: dict, data: str, pictures: int, people: int, compared: int) -> None:
    measured_on = f'{data}: {pictures:,} pictures of {people:,} people'
    document = {'measuredOn': f'{measured_on}; cosines to the default: the {compared:,} in pairs', 'heads': figures}
    (BUNDLE / 'figures.json').write_text(manifest_file.dump(document) + '\n', encoding='utf-8')
    # The curve stays the default's: vectors of both are compared with each other, and a threshold must mean one thing.
    calibration = manifest_file.read(DEFAULT / 'manifest.json')['calibration']
    slope, midpoint = calibration['slope'], calibration['midpoint']
    for point, found in zip(calibration['operatingPoints'], figures['whole']['int8']['points'], strict=True):
        similarity = 100 / (1 + math.exp(-slope * (found['cosine'] - midpoint)))
        point |= {'tar': found['tar'], 'cosine': found['cosine'], 'similarity': round(similarity, 1)}
    manifest['calibration'] = calibration
    manifest_file.write(BUNDLE / 'manifest.json', manifest)


if __name__ == '__main__':
    main()
