"""Makes the crops that align.test.ts expects, with the reference implementation in models/default/recipe.

    python make-crops.py            needs numpy, onnxruntime and Pillow; writes cases.json and *.png beside itself
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / 'models/default/recipe'))
from reference import align  # noqa: E402

SIZE = 48
TEMPLATE = np.array([[17.4, 22.4], [30.6, 22.3], [24.0, 29.9], [18.6, 37.6], [29.5, 37.6]])
WIDTH, HEIGHT = 400, 300


def pattern() -> np.ndarray:
    """Full of edges, so that a shift of a tenth of a pixel shows."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([(x * 37 + y * 17) % 256, (x * y) % 256, (x * x // 7 + y * 3) % 256], 2).astype(np.uint8)


def face(x: float, y: float, width: float, degrees: float = 0, noise: float = 0) -> np.ndarray:
    """Points of a face whose crop would be `width` pixels wide in the picture, turned about (x, y)."""
    k = width / SIZE
    c, s = k * math.cos(math.radians(degrees)), k * math.sin(math.radians(degrees))
    centred = TEMPLATE - SIZE / 2
    turned = centred @ np.array([[c, s], [-s, c]])
    return turned + [x, y] + noise * np.array([[1, -1], [-0.5, 0.3], [0.7, 0.9], [-1, 0.2], [0.1, -0.8]])


CASES = {
    'same-size': (face(200, 150, 48), True),
    'turned-and-noisy': (face(120, 200, 60, 33, 1.5), True),
    'upside-down': (face(250.3, 99.9, 70, 180), True),
    'tiny': (face(80.5, 61.25, 5, -12), True),
    'two-samples': (face(150, 150, 96, 5), True),
    'three-samples': (face(220, 140, 140, -20, 2), True),
    'two-samples-switched-off': (face(150, 150, 96, 5), False),
    'partly-outside-top-left': (face(5, 8, 50, 10), True),
    'partly-outside-bottom-right': (face(398, 290, 120, -40), True),
    'outside': (face(-300, -200, 50), True),
    'fills-the-picture': (face(200, 150, 380, 3), True),
    'larger-than-the-picture': (face(180, 160, 700, -8), True),
}


def main() -> None:
    picture = pattern()
    cases = []
    for name, (points, antialias) in CASES.items():
        Image.fromarray(align(picture, points, TEMPLATE, SIZE, antialias)).save(HERE / f'{name}.png', optimize=True)
        cases.append({'name': name, 'antialias': antialias, 'points': points.tolist()})
    document = {'width': WIDTH, 'height': HEIGHT, 'size': SIZE, 'template': TEMPLATE.tolist(), 'cases': cases}
    (HERE / 'cases.json').write_text(json.dumps(document, indent=1) + '\n')


if __name__ == '__main__':
    main()
