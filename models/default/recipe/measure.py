"""Measures the bundle on pictures of known people: accuracy, error bars, calibration, plots.

    python measure.py --images lfw --pairs pairs.txt --cache DIR           prints the figures
    python measure.py --images lfw --pairs pairs.txt --cache DIR --write   also writes the calibration of manifest.json
                                                                           and lite.json, and plots/

Uses the reference implementation, one process a core: about 60 ms a picture and core. The vectors of each head are kept
in the cache folder, so trying other weights in manifest.json costs nothing. To measure a running service instead, with
the engine's own decoder and detector, see `npm run accuracy`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import manifest_file
from plots import draw_cosines, draw_roc
from reference import Face, Reference, decode

BUNDLE = Path(__file__).resolve().parent.parent
RATES = (1e-2, 1e-3, 1e-4, 1e-5)
"""False accept rates of the operating points."""

ANCHORS = ((1e-3, 80.0), (1e-5, 99.0))
"""What a similarity means, in every bundle: at 80 one stranger in 1,000 passes, at 99 one in 100,000."""

DRAWS = 200
KEPT_SHARE = 0.03
"""Share of the pairs of strangers, the most similar, that is kept one by one."""


@dataclass
class Pairs:
    """The listed pairs, as indices into the pictures."""

    left: np.ndarray
    right: np.ndarray
    same: np.ndarray  # bool
    fold: np.ndarray


@dataclass
class Strangers:
    """Pairs of pictures of different people: the most similar ones in falling order, and how many there are in all."""

    cosines: np.ndarray
    left_person: np.ndarray
    right_person: np.ndarray
    count: int
    histogram: np.ndarray  # of all pairs, 200 bins of -1..1


def read_pairs(path: Path) -> list[tuple[str, str, bool, int]]:
    """LFW's pairs.txt: `folds<TAB>pairs`, then for each fold the pairs of one person and those of two."""
    lines = path.read_text().splitlines()
    folds, each = (int(x) for x in lines[0].split())
    pairs = []
    for i, line in enumerate(lines[1 : 1 + folds * 2 * each]):
        parts = line.split('\t')
        fold, same = i // (2 * each), i % (2 * each) < each
        left = f'{parts[0]}/{parts[0]}_{int(parts[1]):04d}.jpg'
        name, number = (parts[0], parts[2]) if same else (parts[2], parts[3])
        pairs.append((left, f'{name}/{name}_{int(number):04d}.jpg', same, fold))
    return pairs


def choose_face(faces: list[Face], width: int, height: int) -> Face:
    """The face that a picture of one person is about: large and near the centre, as `npm run accuracy` chooses."""

    def score(face: Face) -> float:
        x1, y1, x2, y2 = face.box / [width, height, width, height]
        distance = math.hypot((x1 + x2) / 2 - 0.5, (y1 + y2) / 2 - 0.5)
        return math.sqrt(max(0.0, (x2 - x1) * (y2 - y1))) * max(0.0, 1 - distance / math.sqrt(0.5)) ** 2

    return max(faces, key=score)


worker: tuple[Reference, Path] | None = None
"""What a process of the pool works with."""


def open_reference(images: Path) -> None:
    global worker
    worker = (Reference(BUNDLE / 'manifest.json'), images)


def picture_parts(picture: str) -> list[np.ndarray]:
    """The unit vectors of each head for the face that counts."""
    assert worker is not None
    reference, images = worker
    rgb = decode(images / picture)
    faces = reference.detect(rgb)
    if not faces:
        raise SystemExit(f'no face found in {picture}')
    crop = reference.crop(rgb, choose_face(faces, rgb.shape[1], rgb.shape[0]))
    return [part[0] for part in reference.parts(crop[None])]


def head_vectors(reference: Reference, images: Path, pictures: list[str], cache: Path) -> list[np.ndarray]:
    """Unit vectors of each head for each picture; a picture without a face stops the run."""
    digests = {file['path']: file['sha256'] for file in reference.manifest['files']}
    files = [reference.manifest['detector']['file'], *reference.embedders]
    rules = json.dumps([reference.manifest['detector'], reference.manifest['alignment']], sort_keys=True)
    key = '-'.join([*sorted(digests[file][:12] for file in files), hashlib.sha256(rules.encode()).hexdigest()[:12]])
    path = cache / f'{key}-{len(pictures)}.npz'
    if path.exists():
        stored = np.load(path)
        if stored['pictures'].tolist() == pictures:
            return [stored[head['name']] for head in reference.heads]
    rows: list[list[np.ndarray]] = [[] for _ in reference.heads]
    start = time.monotonic()
    with ProcessPoolExecutor(initializer=open_reference, initargs=(images,)) as pool:
        for i, parts in enumerate(pool.map(picture_parts, pictures, chunksize=8)):
            for row, part in zip(rows, parts, strict=True):
                row.append(part)
            if i % 50 == 0:
                left = (time.monotonic() - start) / (i + 1) * (len(pictures) - i - 1)
                print(f'\r{i + 1} of {len(pictures)} pictures, {left:.0f} s left ', end='', flush=True)
    print()
    result = [np.array(row, np.float32) for row in rows]
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(path, pictures=pictures, **{h['name']: r for h, r in zip(reference.heads, result, strict=True)})
    return result


def fuse(parts: list[np.ndarray], weights: list[float]) -> np.ndarray:
    return np.concatenate([part * math.sqrt(weight) for part, weight in zip(parts, weights, strict=True)], axis=1)


def compare_strangers(vectors: np.ndarray, person: np.ndarray) -> Strangers:
    """Every picture with every picture of another person, in blocks."""
    block, floor = 400, -1.0
    keep = int(KEPT_SHARE * len(vectors) * (len(vectors) - 1) / 2)
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    histogram, count = np.zeros(200), 0
    for at in range(0, len(vectors), block):
        rows = np.arange(at, min(at + block, len(vectors)))
        cosines = vectors[rows] @ vectors.T
        apart = (person[rows, None] != person[None]) & (rows[:, None] < np.arange(len(vectors))[None])
        found = cosines[apart]
        count += len(found)
        histogram += np.histogram(found, 200, (-1, 1))[0]
        i, j = np.nonzero(apart & (cosines > floor))
        kept.append((cosines[i, j], person[rows[i]], person[j]))
        merged = [np.concatenate(column) for column in zip(*kept, strict=True)]
        order = np.argsort(-merged[0], kind='stable')[:keep]
        kept = [tuple(column[order] for column in merged)]
        if len(order) == keep:
            floor = float(kept[0][0][-1])
    return Strangers(*kept[0], count, histogram)


def best_threshold(cosines: np.ndarray, same: np.ndarray) -> float:
    """The threshold with the most pairs judged right; of equally good ones, the middle one."""
    order = np.sort(cosines)
    candidates = np.concatenate([[order[0] - 1e-6], (order[1:] + order[:-1]) / 2])
    genuine, strangers = np.sort(cosines[same]), np.sort(cosines[~same])
    right = len(genuine) - np.searchsorted(genuine, candidates) + np.searchsorted(strangers, candidates)
    best = candidates[right == right.max()]
    return float(best[len(best) // 2])


def k_fold(cosines: np.ndarray, pairs: Pairs) -> list[float]:
    """Accuracy of each fold with the threshold that is best on the others (LFW's View 2)."""
    result = []
    for fold in np.unique(pairs.fold):
        other = pairs.fold != fold
        threshold = best_threshold(cosines[other], pairs.same[other])
        result.append(float(((cosines[~other] >= threshold) == pairs.same[~other]).mean()))
    return result


def threshold_at(falling: np.ndarray, count: int, rate: float) -> float:
    """The lowest threshold that at most `rate` of the strangers pass."""
    return float(falling[int(rate * count + 1e-9)]) + 1e-7


def bootstrap(
    genuine: np.ndarray, owner: np.ndarray, strangers: Strangers, person: np.ndarray
) -> dict[float, list[float]]:
    """95 % intervals of the true accept rate at each rate, drawing people (not pairs) with replacement."""
    random = np.random.default_rng(1)
    people, pictures = np.unique(person, return_counts=True)
    rates: dict[float, list[float]] = {rate: [] for rate in RATES}
    for _ in range(DRAWS):
        times = np.bincount(random.integers(0, len(people), len(people)), minlength=len(people)).astype(float)
        weights = times[strangers.left_person] * times[strangers.right_person]
        total = ((times * pictures).sum() ** 2 - ((times * pictures) ** 2).sum()) / 2
        passed = np.cumsum(weights)
        for rate in RATES:
            threshold = strangers.cosines[min(np.searchsorted(passed, rate * total, 'right'), len(passed) - 1)]
            mass = times[owner]
            rates[rate].append(float((mass * (genuine > threshold)).sum() / mass.sum()))
    return {rate: [float(x) for x in np.percentile(values, [2.5, 97.5])] for rate, values in rates.items()}


def calibrate(strangers: Strangers) -> tuple[float, float]:
    """Slope and midpoint of the logistic that goes through the anchors."""
    (rate1, s1), (rate2, s2) = ANCHORS
    c1, c2 = (threshold_at(strangers.cosines, strangers.count, rate) for rate in (rate1, rate2))
    logit1, logit2 = (math.log(s / (100 - s)) for s in (s1, s2))
    slope = (logit2 - logit1) / (c2 - c1)
    return round(slope, 2), round(c1 - logit1 / slope, 4)


def measure(name: str, vectors: np.ndarray, person: np.ndarray, pairs: Pairs) -> dict:
    """All figures of one space."""
    cosines = (vectors[pairs.left] * vectors[pairs.right]).sum(1)
    genuine, listed = cosines[pairs.same], np.sort(cosines[~pairs.same])[::-1]
    owner = person[pairs.left[pairs.same]]
    strangers = compare_strangers(vectors, person)
    folds = k_fold(cosines, pairs)
    slope, midpoint = calibrate(strangers)
    intervals = bootstrap(genuine, owner, strangers, person)
    points = []
    for rate in RATES:
        threshold = threshold_at(strangers.cosines, strangers.count, rate)
        points.append(
            {
                'far': rate,
                'tar': round(float((genuine >= threshold).mean()), 4),
                'cosine': round(threshold, 4),
                'similarity': round(100 / (1 + math.exp(-slope * (threshold - midpoint))), 1),
                'tar95': [round(x, 4) for x in intervals[rate]],
            }
        )
    ranks = np.unique(np.geomspace(1, len(strangers.cosines), 300).astype(int))
    refused = np.searchsorted(np.sort(genuine), strangers.cosines[ranks - 1])
    curve = [(int(r) / strangers.count, 1 - int(n) / len(genuine)) for r, n in zip(ranks, refused, strict=True)]
    return {
        'name': name,
        'accuracy': round(float(np.mean(folds)), 5),
        'accuracyStandardError': round(float(np.std(folds, ddof=1) / math.sqrt(len(folds))), 5),
        'folds': [round(x, 5) for x in folds],
        'listed': {
            f'{rate:g}': round(float((genuine >= threshold_at(listed, len(listed), rate)).mean()), 4)
            for rate in RATES[:2]
        },
        'genuinePairs': len(genuine),
        'strangerPairs': strangers.count,
        'slope': slope,
        'midpoint': midpoint,
        'points': points,
        'curve': curve,
        'genuineHistogram': (np.histogram(genuine, 200, (-1, 1))[0] / len(genuine)).tolist(),
        'strangerHistogram': (strangers.histogram / strangers.count).tolist(),
    }


def calibration(figures: dict, measured_on: str) -> dict:
    keys = ('far', 'tar', 'cosine', 'similarity')
    return {
        'kind': 'logistic',
        'slope': figures['slope'],
        'midpoint': figures['midpoint'],
        'defaultThreshold': 80,
        'measuredOn': measured_on,
        'operatingPoints': [{key: point[key] for key in keys} for point in figures['points']],
    }


def people_and_pairs(pictures: list[str], listed: list[tuple[str, str, bool, int]]) -> tuple[np.ndarray, Pairs]:
    """Who is on each picture, as a number, and the listed pairs as indices into the pictures."""
    index = {picture: i for i, picture in enumerate(pictures)}
    person = np.unique([picture.split('/')[0] for picture in pictures], return_inverse=True)[1]
    pairs = Pairs(
        np.array([index[pair[0]] for pair in listed]),
        np.array([index[pair[1]] for pair in listed]),
        np.array([pair[2] for pair in listed]),
        np.array([pair[3] for pair in listed]),
    )
    return person, pairs


def show(figures: dict) -> None:
    listed = ', '.join(f'TAR {tar:.4f} at FAR {rate}' for rate, tar in figures['listed'].items())
    accuracy, error = figures['accuracy'], figures['accuracyStandardError']
    print(f'{figures["name"]}: accuracy {accuracy:.4f} +- {error:.4f}; listed pairs: {listed}')
    for point in figures['points']:
        low, high = point['tar95']
        where = f'cosine {point["cosine"]}, similarity {point["similarity"]}'
        print(f'  FAR {point["far"]:g}: TAR {point["tar"]:.4f} [{low:.4f}, {high:.4f}], {where}')


def main() -> None:
    parser = argparse.ArgumentParser(description='Measures the bundle on pictures of known people.')
    parser.add_argument('--images', type=Path, required=True, help='folder of NAME/NAME_0001.jpg')
    parser.add_argument('--pairs', type=Path, required=True, help="pairs in LFW's format")
    parser.add_argument('--more', type=Path, help='list of further pictures, for pairs of strangers')
    parser.add_argument('--cache', type=Path, required=True, help='folder to keep vectors in')
    parser.add_argument('--data', default='LFW deep-funneled', help='what the pictures are, for measuredOn')
    parser.add_argument('--write', action='store_true', help='write manifest.json, lite.json and plots/')
    arguments = parser.parse_args()

    listed = read_pairs(arguments.pairs)
    names = {picture for pair in listed for picture in pair[:2]}
    if arguments.more:
        names |= set(arguments.more.read_text().split())
    pictures = sorted(names)
    person, pairs = people_and_pairs(pictures, listed)
    reference = Reference(BUNDLE / 'manifest.json')
    heads = [head['name'] for head in reference.heads]
    parts = head_vectors(reference, arguments.images, pictures, arguments.cache)
    spaces = {'default': fuse(parts, [head['weight'] for head in reference.heads])}
    spaces |= {'lite' if head == 'sface' else head: part for head, part in zip(heads, parts, strict=True)}
    figures = {name: measure(name, vectors, person, pairs) for name, vectors in spaces.items()}
    print(f'{len(pictures)} pictures of {person.max() + 1} people, a face in each')
    for space in figures.values():
        show(space)
    if arguments.write:
        write(figures, len(pictures), int(person.max()) + 1, arguments.data)


def write(figures: dict[str, dict], pictures: int, people: int, data: str) -> None:
    whole, lite = figures['default'], figures['lite']
    measured_on = (
        f'{data}: {pictures:,} pictures of {people:,} people, {whole["genuinePairs"]:,} pairs of one person, '
        f'{whole["strangerPairs"]:,} of two'
    )
    manifest = manifest_file.read(BUNDLE / 'manifest.json')
    manifest['calibration'] = calibration(whole, measured_on)
    manifest_file.write(BUNDLE / 'manifest.json', manifest)
    lite_path = BUNDLE / 'recipe' / 'lite.json'
    changes = manifest_file.read(lite_path)
    changes['calibration'] = calibration(lite, measured_on)
    manifest_file.write(lite_path, changes)
    plots = BUNDLE / 'plots'
    plots.mkdir(exist_ok=True)
    note = f'{data}; {whole["genuinePairs"]:,} pairs of one person, {whole["strangerPairs"]:,} of two'
    (plots / 'roc.svg').write_text(draw_roc(list(figures.values()), note), encoding='utf-8')
    (plots / 'cosines.svg').write_text(draw_cosines(whole, note), encoding='utf-8')
    drawn = ('curve', 'genuineHistogram', 'strangerHistogram')
    summary = {name: {k: v for k, v in space.items() if k not in drawn} for name, space in figures.items()}
    text = manifest_file.dump({'measuredOn': measured_on, 'spaces': summary})
    (plots / 'figures.json').write_text(text + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
