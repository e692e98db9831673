"""Measures between which numbers every activation lies that becomes int8, and writes ranges.json.

    python calibrate.py --images lfw --pictures pictures.txt

`pictures.txt` names one picture a line, relative to --images. FACES of them, evenly spread over the list, are looked
at; a face is found and cut out by the reference implementation of the default bundle. ranges.json is committed, so that
quantise.py needs no faces and makes the same bytes on every machine.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from network import HEADS, int8_nodes, read_embedder

RECIPE = Path(__file__).resolve().parent
DEFAULT = RECIPE.parent.parent / 'default'
sys.path.insert(0, str(DEFAULT / 'recipe'))

import manifest_file  # noqa: E402
from measure import choose_face  # noqa: E402
from reference import Reference, decode  # noqa: E402

FACES = 256

DIGITS = 4
"""Significant digits kept of a range, so that the last bits of a machine's sums do not decide the model's bytes."""


def crops_of(images: Path, pictures: list[str]) -> list[np.ndarray]:
    """The aligned crop of the face that counts in each picture."""
    reference = Reference(DEFAULT / 'manifest.json')
    crops = []
    for picture in pictures:
        rgb = decode(images / picture)
        faces = reference.detect(rgb)
        if not faces:
            raise SystemExit(f'no face found in {picture}')
        crops.append(reference.crop(rgb, choose_face(faces, rgb.shape[1], rgb.shape[0])))
    return crops


def measure_ranges(model: onnx.ModelProto, crops: list[np.ndarray]) -> dict[str, list[float]]:
    """The least and the largest number of every value that an int8 node takes or gives."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    chosen = set(int8_nodes(graph))
    weights = {tensor.name for tensor in graph.initializer}
    values = [v for node in graph.node if node.name in chosen for v in [*node.input, *node.output] if v not in weights]
    names = list(dict.fromkeys(values))
    known = {info.name: info for info in graph.value_info}
    model.graph.output.extend(known[name] for name in names if name not in HEADS)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    # Fused nodes would hide values.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = ort.InferenceSession(model.SerializeToString(), options, providers=['CPUExecutionProvider'])
    least, most = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for i, crop in enumerate(crops):
        results = session.run(names, {'faces': crop[None]})
        least = np.minimum(least, [value.min() for value in results])
        most = np.maximum(most, [value.max() for value in results])
        if i % 16 == 0:
            print(f'\r{i + 1} of {len(crops)} faces ', end='', flush=True)
    print()
    return {name: [rounded(low), rounded(high)] for name, low, high in zip(names, least, most, strict=True)}


def rounded(value: float) -> float:
    return float(f'{value:.{DIGITS}g}')


def main() -> None:
    parser = argparse.ArgumentParser(description='Measures the ranges of the activations and writes ranges.json.')
    parser.add_argument('--images', type=Path, required=True, help='folder of the pictures')
    parser.add_argument('--pictures', type=Path, required=True, help='list of pictures, one a line')
    parser.add_argument('--data', default='LFW deep-funneled', help='what the pictures are')
    arguments = parser.parse_args()
    listed = arguments.pictures.read_text().split()
    chosen = [listed[i] for i in np.linspace(0, len(listed) - 1, min(FACES, len(listed))).astype(int)]
    ranges = measure_ranges(read_embedder(DEFAULT / 'embedder.onnx'), crops_of(arguments.images, chosen))
    document = {'measuredOn': f'{arguments.data}: a face of each of {len(chosen)} pictures', 'ranges': ranges}
    (RECIPE / 'ranges.json').write_text(manifest_file.dump(document) + '\n', encoding='utf-8')
    print(f'{len(ranges)} ranges written; next: python quantise.py')


if __name__ == '__main__':
    main()
