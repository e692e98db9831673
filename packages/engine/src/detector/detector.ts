import type { DetectorSpec } from '@face-comparison/bundle';
import { area, mapDetection, suppressOverlaps, type Detection } from '../geometry.js';
import type { Picture } from '../image/decode-image.js';
import type { Session } from '../session.js';
import { imageTensor } from '../tensor.js';
import { decodeOutputs, outputNames } from './decode-outputs.js';
import { letterbox, turnQuarter, type Letterbox } from './letterbox.js';

/** How hard to look: `high` adds a second pass over a larger input, for crowds and small faces in large photos. */
export type DetectionDetail = 'normal' | 'high';

/**
 * The longer side of the second pass, as a multiple of the detector's own. With 640 this is 2048: a face 40 pixels wide
 * in a 4096-pixel photo is then 20 detector pixels, the smallest that is found reliably.
 */
const HIGH_DETAIL_FACTOR = 3.2;

/** Faces of a picture by a YuNet or SCRFD graph. */
export class Detector {
  readonly #spec: DetectorSpec;
  readonly #session: Session;
  readonly #outputs: string[];

  constructor(spec: DetectorSpec, session: Session) {
    this.#spec = spec;
    this.#session = session;
    this.#outputs = outputNames(spec);
  }

  /**
   * Finds the faces of a picture, largest first, in its pixels.
   *
   * The cost does not depend on the size of the picture: one run at the detector's size; one more, ten times larger at
   * most, with `high`; and two more (turned left and right) only when nothing was found, for photos lying on their side.
   */
  async detect(picture: Picture, detail: DetectionDetail, checkDeadline: () => void): Promise<Detection[]> {
    const { size } = this.#spec;
    const longSide = Math.max(picture.width, picture.height);
    const first = await letterbox(picture, size, size.longSide);
    let found = await this.#run(first, picture);
    // A graph with a fixed input size cannot take a larger one; `high` then means no more than `normal`.
    if (detail === 'high' && longSide > size.longSide && size.square !== true) {
      checkDeadline();
      const larger = await letterbox(picture, size, Math.min(longSide, Math.round(size.longSide * HIGH_DETAIL_FACTOR)));
      found = suppressOverlaps([...found, ...(await this.#run(larger, picture))], this.#spec.nmsIou);
    }
    for (const clockwise of [true, false]) {
      if (found.length > 0) break;
      checkDeadline();
      found = await this.#runTurned(first, clockwise, picture);
    }
    return found.sort((a, b) => area(b.box) - area(a.box));
  }

  async #runTurned(upright: Letterbox, clockwise: boolean, picture: Picture): Promise<Detection[]> {
    const turned = turnQuarter(upright, clockwise, this.#spec.size);
    const found = await this.#detectIn(turned);
    const { contentWidth: w, contentHeight: h } = upright;
    return toPicture(
      found.map((face) => mapDetection(face, (x, y) => (clockwise ? { x: y, y: h - x } : { x: w - y, y: x }))),
      upright,
      picture,
    );
  }

  async #run(input: Letterbox, picture: Picture): Promise<Detection[]> {
    return toPicture(await this.#detectIn(input), input, picture);
  }

  async #detectIn(input: Letterbox): Promise<Detection[]> {
    const tensor = imageTensor(this.#spec.input, input.data, 1, input.height, input.width);
    const outputs = await this.#session.run(this.#spec.input.name, tensor, this.#outputs);
    const found = decodeOutputs(this.#spec, outputs, input.width, input.height);
    return suppressOverlaps(found.filter(isUsable), this.#spec.nmsIou);
  }
}

/** A broken or hostile model may give anything; what is not a finite box with an area is no face. */
function isUsable({ box, landmarks }: Detection): boolean {
  const numbers = [box.x1, box.y1, box.x2, box.y2, ...landmarks.flatMap(({ x, y }) => [x, y])];
  return numbers.every(Number.isFinite) && area(box) > 0;
}

function toPicture(found: readonly Detection[], input: Letterbox, picture: Picture): Detection[] {
  const sx = picture.width / input.contentWidth;
  const sy = picture.height / input.contentHeight;
  return found.map((face) => mapDetection(face, (x, y) => ({ x: x * sx, y: y * sy })));
}
