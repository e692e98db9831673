import type { BoundingBox } from '@face-comparison/client';

/** A rectangle on the screen or in a photo, in pixels. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A point of the same. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The line between two boxes: where it begins and ends, where its label stands, and its SVG path. */
export interface JoinLine {
  readonly from: Point;
  readonly to: Point;
  readonly label: Point;
  readonly path: string;
}

/**
 * A line from the edge of one box to the edge of the other, on the sides that look at each other: left and right when
 * the photos stand side by side, bottom and top when they are stacked.
 *
 * @param gap - the room between the two photos, in the middle of which the label stands
 */
export function joinBoxes(a: Rect, b: Rect, gap: Rect): JoinLine {
  const from = centre(a);
  const to = centre(b);
  return gap.height > gap.width
    ? curve(
        { x: a.left + (from.x < to.x ? a.width : 0), y: from.y },
        { x: b.left + (from.x < to.x ? 0 : b.width), y: to.y },
        'across',
        centre(gap).x,
      )
    : curve(
        { x: from.x, y: a.top + (from.y < to.y ? a.height : 0) },
        { x: to.x, y: b.top + (from.y < to.y ? 0 : b.height) },
        'down',
        centre(gap).y,
      );
}

function curve(from: Point, to: Point, direction: 'across' | 'down', labelAt: number): JoinLine {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const [first, second] =
    direction === 'across'
      ? [
          { x: middle.x, y: from.y },
          { x: middle.x, y: to.y },
        ]
      : [
          { x: from.x, y: middle.y },
          { x: to.x, y: middle.y },
        ];
  const text = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
  const label = pointAt([from, first, second, to], direction === 'across' ? 'x' : 'y', labelAt);
  return { from, to, label, path: `M ${text(from)} C ${text(first)}, ${text(second)}, ${text(to)}` };
}

type Bezier = readonly [Point, Point, Point, Point];

/** Where a cubic curve that runs one way along an axis has a coordinate on it; its nearer end beyond them. */
function pointAt(curve: Bezier, axis: 'x' | 'y', value: number): Point {
  const at = (t: number): Point => {
    const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
    const sum = (axis: 'x' | 'y'): number =>
      curve.reduce((total, point, index) => total + point[axis] * (weights[index] ?? 0), 0);
    return { x: sum('x'), y: sum('y') };
  };
  const rising = curve[3][axis] >= curve[0][axis];
  let [low, high] = [0, 1];
  for (let step = 0; step < 12; step++) {
    const middle = (low + high) / 2;
    if (at(middle)[axis] < value === rising) low = middle;
    else high = middle;
  }
  const { x, y } = at((low + high) / 2);
  return { x: Math.round(x), y: Math.round(y) };
}

function centre({ left, top, width, height }: Rect): Point {
  return { x: left + width / 2, y: top + height / 2 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The part of the face's picture around its box that a thumbnail shows. */
const THUMBNAIL_MARGIN = 0.35;

/**
 * A square around a face, in pixels of the photo, that stays inside it where the photo is large enough.
 */
export function thumbnailOf(box: BoundingBox, widthPx: number, heightPx: number): Rect {
  const face = {
    left: box.left * widthPx,
    top: box.top * heightPx,
    width: box.width * widthPx,
    height: box.height * heightPx,
  };
  const side = Math.min(Math.max(face.width, face.height) * (1 + 2 * THUMBNAIL_MARGIN), widthPx, heightPx);
  const { x, y } = centre(face);
  return {
    left: clamp(x - side / 2, 0, widthPx - side),
    top: clamp(y - side / 2, 0, heightPx - side),
    width: side,
    height: side,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
