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

/** The line between two boxes: where it begins and ends, its middle, and its SVG path. */
export interface JoinLine {
  readonly from: Point;
  readonly to: Point;
  readonly middle: Point;
  readonly path: string;
}

/**
 * A line from the edge of one box to the edge of the other, on the sides that look at each other: left and right when
 * the photos stand side by side, bottom and top when they are stacked.
 */
export function joinBoxes(a: Rect, b: Rect): JoinLine {
  const gapAcross = Math.max(b.left - (a.left + a.width), a.left - (b.left + b.width));
  const gapDown = Math.max(b.top - (a.top + a.height), a.top - (b.top + b.height));
  const from = centre(a);
  const to = centre(b);
  return gapAcross >= gapDown
    ? curve(
        { x: a.left + (from.x < to.x ? a.width : 0), y: from.y },
        { x: b.left + (from.x < to.x ? 0 : b.width), y: to.y },
        'across',
      )
    : curve(
        { x: from.x, y: a.top + (from.y < to.y ? a.height : 0) },
        { x: to.x, y: b.top + (from.y < to.y ? 0 : b.height) },
        'down',
      );
}

function curve(from: Point, to: Point, direction: 'across' | 'down'): JoinLine {
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
  return { from, to, middle, path: `M ${text(from)} C ${text(first)}, ${text(second)}, ${text(to)}` };
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

/** A face on the screen smaller than this is hard to hit with a finger and leaves no room for its number. */
const SMALL_FACE_PX = 34;

/** Whether the number of a face has to stand outside its box. */
export function isSmall(box: BoundingBox, shownWidthPx: number): boolean {
  return box.width * shownWidthPx < SMALL_FACE_PX;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
