"""Reference implementation of the engine: picture -> faces with box, confidence, five points and vector.

It reads every number from a bundle's manifest.json and is written to be read, not to be fast. The golden files are
made with it, and a port (packages/engine) must reproduce it. Needs numpy, onnxruntime and Pillow.

    python reference.py ../manifest.json photo.jpg [more.jpg ...]      prints one JSON object a photo
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageOps

REFINING_SCORE_SHARE = 0.5
"""In a crop a face is known to be; this share of the score of a face in a photo will do."""

MAX_REFINING_SHIFT = 0.2
"""Points in a crop whose centre is farther from the template's than this share of the side belong to somebody else."""

SAME_FACE_IOU = 0.5
"""Boxes of one look that overlap so far are the same face, seen from several cells of the network."""

MAX_AGREEING_SHIFT = 0.08
"""Two looks that differ by no more than this share of the side of the crop in any point agree: their mean counts."""

MAX_REFINING_LOOKS = 3
"""Each look sees a tilted head more upright than the one before."""

MAX_SAMPLES_PER_SIDE = 8
"""Samples taken along one side of an output pixel, at most, when a face is larger than the crop."""


@dataclass
class Face:
    """A detected face, in pixels of the upright picture."""

    box: np.ndarray  # x1 y1 x2 y2
    confidence: float
    landmarks: np.ndarray  # [5, 2]: eye left, eye right, nose tip, mouth left, mouth right (as seen in the picture)


def open_session(path: Path) -> ort.InferenceSession:
    """Opens a graph on one CPU thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=['CPUExecutionProvider'])


def decode(path: Path) -> np.ndarray:
    """Reads a picture as uint8 [H, W, 3] RGB, upright (EXIF orientation applied), alpha dropped."""
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert('RGB'))


def letterbox(rgb: np.ndarray, long_side: int, multiple: int) -> tuple[np.ndarray, float, float]:
    """Shrinks (never enlarges) a picture for the detector and pads it right and below with black.

    Returns the input and the factors that take its x and y back to the picture. Pillow's BILINEAR is an antialiased
    triangle filter, the same as sharp's kernel `linear`.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, long_side / max(height, width))
    new_width = max(1, math.floor(width * scale + 0.5))
    new_height = max(1, math.floor(height * scale + 0.5))
    if (new_width, new_height) != (width, height):
        rgb = np.asarray(Image.fromarray(rgb).resize((new_width, new_height), Image.Resampling.BILINEAR))
    padded = np.zeros((-(-new_height // multiple) * multiple, -(-new_width // multiple) * multiple, 3), np.uint8)
    padded[:new_height, :new_width] = rgb
    return padded, width / new_width, height / new_height


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two boxes."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def suppress(boxes: np.ndarray, scores: np.ndarray, iou: float) -> list[int]:
    """Greedy non-maximum suppression: indices kept, best first; equal scores stay in their order."""
    kept: list[int] = []
    for i in np.argsort(-scores, kind='stable'):
        if all(overlap(boxes[i], boxes[j]) <= iou for j in kept):
            kept.append(int(i))
    return kept


def fit_similarity(points: np.ndarray, template: np.ndarray) -> tuple[float, float, float, float]:
    """Least-squares rotation, scale and shift (no mirror) that takes `points` to `template`.

    Returns a, b, tx, ty of x' = a x - b y + tx, y' = b x + a y + ty.
    """
    source_mean, target_mean = points.mean(0), template.mean(0)
    s, d = points - source_mean, template - target_mean
    variance = (s * s).sum()
    a = (s * d).sum() / variance
    b = (s[:, 0] * d[:, 1] - s[:, 1] * d[:, 0]).sum() / variance
    tx = target_mean[0] - a * source_mean[0] + b * source_mean[1]
    ty = target_mean[1] - b * source_mean[0] - a * source_mean[1]
    return a, b, tx, ty


def align(rgb: np.ndarray, points: np.ndarray, template: np.ndarray, size: int, antialias: bool = True) -> np.ndarray:
    """Cuts the aligned crop, uint8 [size, size, 3].

    Output pixel (x, y) takes the picture at the inverse map of (x, y), bilinear between pixel centres at whole
    numbers; outside the picture is black; rounded half up to a byte. A face larger than the crop is averaged over
    n x n samples a pixel, n = round(1 / scale) limited to 1..8, so that it does not alias.
    """
    a, b, tx, ty = fit_similarity(np.asarray(points, np.float64), template)
    squared_scale = a * a + b * b
    n = 1
    if antialias:
        n = min(MAX_SAMPLES_PER_SIDE, max(1, math.floor(1 / math.sqrt(squared_scale) + 0.5)))
    height, width = rgb.shape[:2]
    grid = (np.arange(size * n) + 0.5) / n - 0.5
    x, y = np.meshgrid(grid - tx, grid - ty)
    u, v = (a * x + b * y) / squared_scale, (-b * x + a * y) / squared_scale
    u0, v0 = np.floor(u).astype(int), np.floor(v).astype(int)
    total = np.zeros((size * n, size * n, 3))
    for dy in (0, 1):
        for dx in (0, 1):
            px, py = u0 + dx, v0 + dy
            weight = (1 - np.abs(u - px)) * (1 - np.abs(v - py))
            inside = (px >= 0) & (px < width) & (py >= 0) & (py < height)
            pixel = rgb[np.clip(py, 0, height - 1), np.clip(px, 0, width - 1)]
            total += np.where(inside, weight, 0)[..., None] * pixel
    mean = total.reshape(size, n, size, n, 3).mean((1, 3))
    return np.floor(mean + 0.5).clip(0, 255).astype(np.uint8)


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows divided by their length."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


class Reference:
    """A bundle whose detector is of kind `yunet` and whose heads all take the whole crop as uint8 NHWC RGB."""

    def __init__(self, manifest_path: Path) -> None:
        self.manifest = json.loads(Path(manifest_path).read_text())
        folder = Path(manifest_path).parent
        alignment = self.manifest['alignment']
        self.template = np.array(alignment['template'])
        self.crop_size = alignment['size']
        self.antialias = alignment['antialias']
        detector = self.manifest['detector']
        self.detector = open_session(folder / detector['file'])
        self.heads = self.manifest['heads']
        files = {head['file'] for head in self.heads}
        self.embedders = {file: open_session(folder / file) for file in sorted(files)}

    def detect(self, rgb: np.ndarray) -> list[Face]:
        """All faces, best score first, their points refined where the manifest asks for it."""
        spec = self.manifest['detector']
        faces = self.look(rgb, spec['scoreThreshold'])
        if spec.get('refinesPoints'):
            for face in faces:
                face.landmarks = self.refine(rgb, face)
        return faces

    def refine(self, rgb: np.ndarray, face: Face) -> np.ndarray:
        """The points of a face by further looks at its crop: the mean of the last two, in pixels of the picture."""
        threshold = self.manifest['detector']['scoreThreshold'] * REFINING_SCORE_SHARE
        points = face.landmarks
        for look in range(MAX_REFINING_LOOKS):
            crop = align(rgb, points, self.template, self.crop_size, self.antialias)
            seen = self.merged_points(crop, threshold)
            shifts = [np.hypot(*(other.mean(0) - self.template.mean(0))) for other in seen]
            if not seen or min(shifts) > MAX_REFINING_SHIFT * self.crop_size:
                break
            a, b, tx, ty = fit_similarity(points, self.template)
            x, y = (seen[int(np.argmin(shifts))] - [tx, ty]).T
            refined = np.stack([a * x + b * y, a * y - b * x], 1) / (a * a + b * b)
            moved = np.hypot(*(refined - points).T).max() * math.hypot(a, b)
            if moved <= MAX_AGREEING_SHIFT * self.crop_size or look == MAX_REFINING_LOOKS - 1:
                return (points + refined) / 2
            points = refined
        return points

    def look(self, rgb: np.ndarray, score_threshold: float) -> list[Face]:
        """The faces that the network finds, best score first."""
        scores, boxes, points = self.candidates(rgb, score_threshold)
        kept = suppress(boxes, scores, self.manifest['detector']['nmsIou'])
        return [Face(boxes[i], float(scores[i]), points[i]) for i in kept]

    def merged_points(self, rgb: np.ndarray, score_threshold: float) -> list[np.ndarray]:
        """The points of each face that the network finds: the mean, by score, over the boxes that overlap its best."""
        scores, boxes, points = self.candidates(rgb, score_threshold)
        merged = []
        for i in suppress(boxes, scores, self.manifest['detector']['nmsIou']):
            same = np.array([overlap(box, boxes[i]) > SAME_FACE_IOU for box in boxes])
            merged.append(np.average(points[same], axis=0, weights=scores[same]))
        return merged

    def candidates(self, rgb: np.ndarray, score_threshold: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Scores, boxes and points of all cells of the network above a score, in pixels of the picture."""
        spec = self.manifest['detector']
        tensor, sx, sy = letterbox(rgb, spec['size']['longSide'], spec['size']['multiple'])
        names = spec['outputs']
        scores, boxes, points = self.detector.run(
            [names['scores'], names['boxes'], names['landmarks']], {spec['input']['name']: tensor[None]}
        )
        found = np.nonzero(scores[0] > score_threshold)[0]
        return scores[0][found], boxes[0][found] * [sx, sy, sx, sy], points[0][found].reshape(-1, 5, 2) * [sx, sy]

    def crop(self, rgb: np.ndarray, face: Face) -> np.ndarray:
        """The aligned crop of a face."""
        return align(rgb, face.landmarks, self.template, self.crop_size, self.antialias)

    def parts(self, crops: np.ndarray) -> list[np.ndarray]:
        """The unit vectors of each head, [N, length] each, in the order of the manifest."""
        return [
            unit(self.embedders[head['file']].run([head['output']['name']], {head['input']['name']: crops})[0])
            for head in self.heads
        ]

    def vectors(self, crops: np.ndarray) -> np.ndarray:
        """Unit vectors [N, sum of lengths]: each part times the square root of its weight, so that the cosine of two
        vectors is the weighted mean of the cosines of the parts."""
        weighted = [part * math.sqrt(head['weight']) for part, head in zip(self.parts(crops), self.heads, strict=True)]
        return np.concatenate(weighted, axis=1).astype(np.float32)


def by_area(faces: list[Face]) -> list[Face]:
    """Largest box first; equal boxes stay in the order of their score."""
    return sorted(faces, key=lambda f: -(f.box[2] - f.box[0]) * (f.box[3] - f.box[1]))


def main() -> None:
    reference = Reference(Path(sys.argv[1]))
    for path in sys.argv[2:]:
        rgb = decode(Path(path))
        faces = by_area(reference.detect(rgb))
        vectors = reference.vectors(np.stack([reference.crop(rgb, f) for f in faces])) if faces else []
        print(
            json.dumps(
                {
                    'photo': path,
                    'faces': [
                        {
                            'box': np.round(f.box, 2).tolist(),
                            'confidence': round(f.confidence, 4),
                            'landmarks': np.round(f.landmarks, 2).tolist(),
                            'vector': [round(float(x), 6) for x in v],
                        }
                        for f, v in zip(faces, vectors, strict=True)
                    ],
                }
            )
        )


if __name__ == '__main__':
    main()
