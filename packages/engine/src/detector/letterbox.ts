import type { DetectorSpec } from '@face-comparison/bundle';
import type { Photo } from '../image/photo.js';

/** A picture brought to the size a detector wants. */
export interface Letterbox {
  /** RGB bytes, `width` x `height`: the shrunk picture at the top left, black to the right of it and below. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Size of the shrunk picture within it. */
  readonly contentWidth: number;
  readonly contentHeight: number;
}

/** Shrinks (never enlarges) a photo so that its longer side is at most `longSide`, and pads it for a network. */
export async function letterbox(photo: Photo, size: DetectorSpec['size'], longSide: number): Promise<Letterbox> {
  const scale = Math.min(1, longSide / Math.max(photo.width, photo.height));
  const contentWidth = Math.max(1, Math.floor(photo.width * scale + 0.5));
  const contentHeight = Math.max(1, Math.floor(photo.height * scale + 0.5));
  const { data } = await photo.shrunk(contentWidth, contentHeight);
  return pad(data, contentWidth, contentHeight, size);
}

function pad(content: Uint8Array, contentWidth: number, contentHeight: number, size: DetectorSpec['size']): Letterbox {
  const whole = (side: number): number =>
    size.square === true ? size.longSide : Math.ceil(side / size.multiple) * size.multiple;
  const width = whole(contentWidth);
  const height = whole(contentHeight);
  if (width === contentWidth && height === contentHeight) {
    return { data: content, width, height, contentWidth, contentHeight };
  }
  const data = new Uint8Array(width * height * 3);
  // Rows that are as long as those of the content follow one another in both.
  const rowsAtOnce = width === contentWidth ? contentHeight : 1;
  for (let row = 0; row < contentHeight; row += rowsAtOnce) {
    data.set(content.subarray(row * contentWidth * 3, (row + rowsAtOnce) * contentWidth * 3), row * width * 3);
  }
  return { data, width, height, contentWidth, contentHeight };
}

/** The content turned clockwise by a quarter (or anticlockwise), padded anew. */
export function turnQuarter(box: Letterbox, clockwise: boolean, size: DetectorSpec['size']): Letterbox {
  const { contentWidth: w, contentHeight: h } = box;
  const turned = new Uint8Array(w * h * 3);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const from = (row * box.width + column) * 3;
      const to = (clockwise ? column * h + (h - 1 - row) : (w - 1 - column) * h + row) * 3;
      turned[to] = box.data[from] ?? 0;
      turned[to + 1] = box.data[from + 1] ?? 0;
      turned[to + 2] = box.data[from + 2] ?? 0;
    }
  }
  return pad(turned, h, w, size);
}
