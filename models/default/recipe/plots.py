"""Two plots as SVG, readable in light and dark: how many pairs pass, and how far apart the cosines are."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 64, 70

STYLE = """
text{font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}
.small{font-size:11px;fill:#59636e}.ground{fill:#fff}.grid{stroke:#e1e5ea}.mark{stroke:#59636e;stroke-dasharray:2 3}
.line{fill:none;stroke-width:2;stroke-linejoin:round}.fill{stroke:none;fill-opacity:.2}
.c0{stroke:#0969b2}.c1{stroke:#c4500c}.c2{stroke:#0b7d5c}.c3{stroke:#8044a8}
.f0{fill:#0969b2}.f1{fill:#c4500c}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.ground{fill:#0d1117}.grid{stroke:#272e37}
.mark{stroke:#9198a1}.c0{stroke:#58b2f0}.c1{stroke:#f59a5b}.c2{stroke:#3fd0a0}.c3{stroke:#cf9df2}
.f0{fill:#58b2f0}.f1{fill:#f59a5b}}
"""
NAMES = {
    'default': 'default (all three heads)',
    'lite': 'lite (SFace alone)',
    'facenet': 'FaceNet alone',
    'dlib': 'dlib alone',
}
DASHES = ('', '7 4', '2 4', '10 3 2 3')

Scale = Callable[[float], float]


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _frame(title: str, note: str, x_title: str, y_title: str, body: list[str]) -> str:
    return '\n'.join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            f'role="img" aria-label="{escape(title)}">',
            f'<style>{STYLE}</style>',
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
            f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>',
            *body,
            f'<text class="small" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 34}" '
            f'text-anchor="middle">{escape(x_title)}</text>',
            f'<text class="small" x="{LEFT}" y="{TOP - 8}" text-anchor="start">{escape(y_title)}</text>',
            f'<text class="small" x="{LEFT}" y="{HEIGHT - 12}">{escape(note)}</text>',
            '</svg>',
            '',
        ]
    )


def _path(points: list[tuple[float, float]]) -> str:
    return 'M' + 'L'.join(f'{x:.1f} {y:.1f}' for x, y in points)


def _grid(x: Scale, x_ticks: list[tuple[float, str]], y: Scale, y_ticks: list[tuple[float, str]]) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    rows = [
        f'<path class="grid" d="M{x(at):.1f} {TOP}V{bottom}"/>'
        f'<text class="small" x="{x(at):.1f}" y="{bottom + 16}" text-anchor="middle">{text}</text>'
        for at, text in x_ticks
    ]
    return rows + [
        f'<path class="grid" d="M{LEFT} {y(at):.1f}H{right}"/>'
        f'<text class="small" x="{LEFT - 6}" y="{y(at) + 4:.1f}" text-anchor="end">{text}</text>'
        for at, text in y_ticks
    ]


def draw_roc(spaces: list[dict], note: str) -> str:
    """True accept rate over false accept rate, with 95 % bars of the first space."""
    x = _scale(-6, -1.6, LEFT, WIDTH - RIGHT)
    y = _scale(0.8, 1.0, HEIGHT - BOTTOM, TOP)
    ticks = [(float(power), f'1e{power}') for power in range(-6, -1)]
    body = _grid(x, ticks, y, [(v / 100, f'{v} %') for v in range(80, 101, 5)])
    body.append(
        f'<clipPath id="plot"><rect x="{LEFT}" y="{TOP - 2}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{HEIGHT - TOP - BOTTOM + 2}"/></clipPath>'
    )
    for i, space in enumerate(spaces):
        points = [(x(math.log10(far)), y(float(tar))) for far, tar in space['curve'] if far >= 1e-6]
        line = f'class="line c{i}" stroke-dasharray="{DASHES[i]}"'
        body.append(f'<path {line} clip-path="url(#plot)" d="{_path(points)}"/>')
        at = HEIGHT - BOTTOM - 14 - 18 * (len(spaces) - 1 - i)
        body.append(f'<path {line} d="M{WIDTH - 230} {at - 4}h28"/>')
        body.append(f'<text x="{WIDTH - 196}" y="{at}">{escape(NAMES[space["name"]])}</text>')
    for point in spaces[0]['points']:
        low, high = point['tar95']
        at = x(math.log10(point['far']))
        body.append(
            f'<path class="line c0" d="M{at:.1f} {y(low):.1f}V{y(high):.1f}m-4 0h8M{at - 4:.1f} {y(low):.1f}h8"/>'
        )
    return _frame(
        'Pairs of one person that pass, by how many strangers do',
        note,
        'false accept rate (share of pairs of strangers that pass); bars: 95 %, drawing people',
        'true accept rate',
        body,
    )


def draw_cosines(space: dict, note: str) -> str:
    """Both histograms of the cosine, each as a share of its pairs, with the operating points."""
    x = _scale(-0.2, 1.0, LEFT, WIDTH - RIGHT)
    highest = max(*space['genuineHistogram'], *space['strangerHistogram']) * 1.3
    y = _scale(0, highest, HEIGHT - BOTTOM, TOP)
    ticks = [(v / 10, f'{v / 10:.1f}') for v in range(-2, 11, 2)]
    step = 0.02
    body = _grid(x, ticks, y, [(i * step, f'{100 * i * step:.0f} %') for i in range(int(highest / step) + 1)])
    for i, (key, name) in enumerate((('genuineHistogram', 'one person'), ('strangerHistogram', 'two people'))):
        centres = [(-1 + (bin_ + 0.5) / 100, share) for bin_, share in enumerate(space[key])]
        points = [(x(at), y(share)) for at, share in centres if -0.2 <= at <= 1]
        closed = f'{_path(points)}L{points[-1][0]:.1f} {y(0):.1f}L{points[0][0]:.1f} {y(0):.1f}Z'
        body += [f'<path class="fill f{i}" d="{closed}"/>', f'<path class="line c{i}" d="{_path(points)}"/>']
        body.append(f'<path class="line c{i}" d="M{LEFT + 12} {TOP + 14 + 18 * i}h28"/>')
        body.append(f'<text x="{LEFT + 46}" y="{TOP + 18 + 18 * i}">{name}</text>')
    for row, point in enumerate(space['points']):
        at = x(point['cosine'])
        body.append(f'<path class="mark" d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        text = f'FAR 1e{round(math.log10(point["far"]))}: similarity {point["similarity"]}'
        body.append(f'<text class="small" x="{at + 4:.1f}" y="{TOP + 14 + 14 * row}">{text}</text>')
    share = 'share of the pairs, in bins of .01'
    return _frame('Cosines of pairs of one person and of two', note, 'cosine', share, body)
