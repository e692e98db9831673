import type { BoundingBox } from '@face-comparison/client';
import { GLYPH_HEIGHT, GLYPH_WIDTH, isDot } from './digits.js';

/** RGB, 8 bits each, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A face to draw: a box and what stands at it. */
export interface Mark {
  readonly boundingBox: BoundingBox;
  /** Digits and full stops. */
  readonly label: string;
  /** Drawn in the colour of faces that match; others are drawn in that of those that do not. */
  readonly isMatch: boolean;
}

type Colour = readonly [red: number, green: number, blue: number];

// From the palette of Okabe and Ito, which people with any kind of colour vision can tell apart.
const MATCH: Colour = [0, 158, 115];
const OTHER: Colour = [213, 94, 0];
const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/** Draws marks into a picture. Lines and labels grow with it, so that they can be seen when it is shown small. */
export function drawFaces(picture: Pixels, marks: readonly Mark[]): void {
  const dot = Math.max(2, Math.round(Math.max(picture.width, picture.height) / 500));
  // The largest faces come first: small ones are drawn last, over them.
  for (const { boundingBox, label, isMatch } of marks) {
    const { left, top, width, height } = boundingBox;
    const x1 = Math.round(left * picture.width);
    const y1 = Math.round(top * picture.height);
    const x2 = Math.round((left + width) * picture.width);
    const y2 = Math.round((top + height) * picture.height);
    const colour = isMatch ? MATCH : OTHER;
    // A thin dark frame around the coloured one is seen on any ground.
    frame(picture, x1 - 1, y1 - 1, x2 + 1, y2 + 1, dot + 2, BLACK);
    frame(picture, x1, y1, x2, y2, dot, colour);
    drawLabel(picture, label, x1, y1, dot, colour);
  }
}

/** A label on a ground of its own, above the box or, where there is no room, in it. */
function drawLabel(picture: Pixels, label: string, left: number, bottom: number, dot: number, ground: Colour): void {
  const height = (GLYPH_HEIGHT + 2) * dot;
  const width = (label.length * (GLYPH_WIDTH + 1) + 1) * dot;
  const x = Math.max(0, Math.min(left, picture.width - width));
  const y = bottom - height < 0 ? Math.max(0, bottom) : bottom - height;
  fill(picture, x, y, x + width, y + height, ground);
  for (let index = 0; index < label.length; index++) {
    for (let row = 0; row < GLYPH_HEIGHT; row++) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (!isDot(label.charAt(index), column, row)) continue;
        const dotX = x + (index * (GLYPH_WIDTH + 1) + 1 + column) * dot;
        const dotY = y + (1 + row) * dot;
        fill(picture, dotX, dotY, dotX + dot, dotY + dot, WHITE);
      }
    }
  }
}

function frame(
  picture: Pixels,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  thickness: number,
  colour: Colour,
): void {
  fill(picture, x1, y1, x2, y1 + thickness, colour);
  fill(picture, x1, y2 - thickness, x2, y2, colour);
  fill(picture, x1, y1, x1 + thickness, y2, colour);
  fill(picture, x2 - thickness, y1, x2, y2, colour);
}

/** Fills a rectangle; what lies beyond the picture is left out. */
function fill({ data, width, height }: Pixels, x1: number, y1: number, x2: number, y2: number, colour: Colour): void {
  for (let y = Math.max(0, y1); y < Math.min(height, y2); y++) {
    for (let x = Math.max(0, x1); x < Math.min(width, x2); x++) data.set(colour, (y * width + x) * 3);
  }
}
