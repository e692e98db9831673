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
   * most, with `high`; and three more, turned by quarters, only when no face is certain, for photos lying on their side
   * or upside down.
   */
  async detect(picture: Picture, detail: DetectionDetail, checkDeadline: () => void): Promise<Detection[]> {
    const { size, nmsIou } = this.#spec;
    const longSide = Math.max(picture.width, picture.height);
    const small = await letterbox(picture, size, size.longSide);
    const { quarters, faces } = await this.#orient(small, checkDeadline);
    let found = toPicture(faces, small, picture);
    // A graph with a fixed input size cannot take a larger one; `high` then means no more than `normal`.
    if (detail === 'high' && longSide > size.longSide && size.square !== true) {
      checkDeadline();
      const large = await letterbox(picture, size, Math.min(longSide, Math.round(size.longSide * HIGH_DETAIL_FACTOR)));
      found = suppressOverlaps([...found, ...toPicture(await this.#run(large, quarters), large, picture)], nmsIou);
    }
    return found.sort((a, b) => area(b.box) - area(a.box));
  }

  /**
   * The faces of a letterbox, and by how many quarters it had to be turned to stand upright. In a photo that lies on its
   * side a detector still finds some faces, with low scores and wrong landmarks: finding something is not enough.
   */
  async #orient(box: Letterbox, checkDeadline: () => void): Promise<{ quarters: number; faces: Detection[] }> {
    const upright = { quarters: 0, faces: await this.#run(box, 0) };
    const certain = upright.faces.some(({ score }) => score >= (this.#spec.certainScore ?? 0));
    if (certain) return upright;
    const views = [upright];
    for (const quarters of [1, 3, 2]) {
      checkDeadline();
      views.push({ quarters, faces: await this.#run(box, quarters) });
    }
    const weight = ({ faces }: { faces: Detection[] }): number => faces.reduce((sum, { score }) => sum + score, 0);
    return views.reduce((best, view) => (weight(view) > weight(best) ? view : best));
  }

  /** Detects in a letterbox turned clockwise by some quarters; the faces are in pixels of the letterbox as it was given. */
  async #run(box: Letterbox, quarters: number): Promise<Detection[]> {
    if (quarters === 0) return this.#detectIn(box);
    const { contentHeight } = box;
    const faces = await this.#run(turnQuarter(box, true, this.#spec.size), quarters - 1);
    return faces.map((face) => mapDetection(face, (x, y) => ({ x: y, y: contentHeight - x })));
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
