"""Times the heads of this bundle beside the default's: one thread, one golden crop a run, in turns.

    python speed.py [--runs N] [--batch N]

Both in the form in which the service runs them on x64, with each PRelu written as convolutions. CPU time, so that other
work on the machine matters less.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image

from network import expand_prelu, read_embedder

BUNDLE = Path(__file__).resolve().parent.parent
DEFAULT = BUNDLE.parent / 'default'
WARM_UP = 3


def open_session(path: Path) -> ort.InferenceSession:
    model = read_embedder(path)
    expand_prelu(model.graph, {node.input[0] for node in model.graph.node if node.op_type == 'PRelu'})
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return ort.InferenceSession(model.SerializeToString(), options, providers=['CPUExecutionProvider'])


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the int8 heads beside the default's.")
    parser.add_argument('--runs', type=int, default=60, help='runs of each, after three to warm up')
    parser.add_argument('--batch', type=int, default=1, help='crops a run; the service takes two where it can')
    arguments = parser.parse_args()
    sessions = [open_session(folder / 'embedder.onnx') for folder in (DEFAULT, BUNDLE)]
    names = json.loads((BUNDLE / 'manifest.json').read_text())['golden']['crops']
    crops = np.stack([np.asarray(Image.open(BUNDLE / name).convert('RGB')) for name in names])
    times = np.zeros((arguments.runs + WARM_UP, len(sessions)))
    for i in range(len(times)):
        faces = crops[(i * arguments.batch + np.arange(arguments.batch)) % len(crops)]
        for k, session in enumerate(sessions):
            start = time.process_time()
            session.run(None, {'faces': faces})
            times[i, k] = 1000 * (time.process_time() - start)
    for name, column in zip(('default', 'int8'), times[WARM_UP:].T, strict=True):
        low, middle, high = np.percentile(column / arguments.batch, [25, 50, 75])
        print(f'{name:8s} {middle:.1f} ms a face (half of the runs {low:.1f} to {high:.1f})')
    ratios = times[WARM_UP:, 0] / times[WARM_UP:, 1]
    low, middle, high = np.percentile(ratios, [25, 50, 75])
    print(f'{middle:.2f} times the faces per second (half of the runs {low:.2f} to {high:.2f})')


if __name__ == '__main__':
    main()
