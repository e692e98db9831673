import type { DetectorSpec } from '@face-comparison/bundle';
import { area, mapDetection, suppressOverlaps, type Detection } from '../geometry.js';
import type { Photo } from '../image/photo.js';
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

/**
 * In half the size only faces count that are longer than this share of the longer side. That is what the look is for; a
 * group of small faces, smaller still, may look like a large one.
 */
const FILLING_SHARE = 0.4;

/** A picture as the network is to see it. */
interface Input extends Letterbox {
  /** Faces whose longer side is shorter than this are left out, in pixels of the picture. */
  readonly minFacePx: number;
}

/** Faces of a picture by a YuNet or SCRFD graph. */
export class Detector {
  readonly #spec: DetectorSpec;
  readonly #session: Session;
  readonly #largeSession: Session;
  readonly #outputs: string[];

  /** @param largeSession the same graph for inputs larger than the detector's own, where memory should not be kept */
  constructor(spec: DetectorSpec, session: Session, largeSession = session) {
    this.#spec = spec;
    this.#session = session;
    this.#largeSession = largeSession;
    this.#outputs = outputNames(spec);
  }

  /**
   * Finds the faces of a picture, largest first, in its pixels.
   *
   * The cost does not depend on the size of the picture: one run at the detector's size and, with `high`, one more that
   * is ten times larger at most. Only when no face is certain, the picture is also looked at in half the size, since a
   * face that fills the input is larger than what these networks were taught; and when that does not help, turned by
   * quarters, for photos lying on their side or upside down.
   */
  async detect(photo: Photo, detail: DetectionDetail, checkDeadline: () => void): Promise<Detection[]> {
    const { size } = this.#spec;
    const longSide = Math.max(photo.width, photo.height);
    const inputs: Input[] = [{ ...(await letterbox(photo, size, size.longSide)), minFacePx: 0 }];
    let found = await this.#look(photo, inputs, 0, checkDeadline);
    const addInput = async (inputLongSide: number, minFacePx: number): Promise<void> => {
      const input = { ...(await letterbox(photo, size, inputLongSide)), minFacePx };
      inputs.push(input);
      found = this.#merge([found, await this.#look(photo, [input], 0, checkDeadline)]);
    };
    if (!this.#isCertain(found) && longSide > size.longSide / 2) {
      await addInput(Math.round(size.longSide / 2), longSide * FILLING_SHARE);
    }
    // A graph with a fixed input size cannot take a larger one; `high` then means no more than `normal`.
    if (detail === 'high' && longSide > size.longSide && size.square !== true) {
      await addInput(Math.min(longSide, Math.round(size.longSide * HIGH_DETAIL_FACTOR)), 0);
    }
    if (!this.#isCertain(found)) {
      // In a photo that lies on its side a detector still finds some faces, with low scores and wrong landmarks: finding
      // something is not enough.
      const quarters = await this.#quartersToUpright(photo, found, inputs, checkDeadline);
      const turned = quarters === 0 ? [] : await this.#look(photo, inputs, quarters, checkDeadline);
      // All inputs take part, or a crowd that only the largest shows would be lost by noise.
      if (weight(turned) > weight(found)) found = turned;
    }
    return found.sort((a, b) => area(b.box) - area(a.box));
  }

  /**
   * By how many quarters a picture has to be turned clockwise until its faces weigh most. Where something was found, the
   * input of half the size tells as well, at a quarter of the cost.
   */
  async #quartersToUpright(
    photo: Photo,
    found: readonly Detection[],
    inputs: readonly Input[],
    checkDeadline: () => void,
  ): Promise<number> {
    const half = found.length > 0 ? inputs.slice(1, 2) : [];
    const probes = (half.length > 0 ? half : inputs).map((input) => ({ ...input, minFacePx: 0 }));
    const upright = half.length > 0 ? await this.#look(photo, probes, 0, checkDeadline) : found;
    const weights = [weight(upright)];
    for (const quarters of [1, 2, 3]) {
      weights.push(weight(await this.#look(photo, probes, quarters, checkDeadline)));
    }
    return weights.indexOf(Math.max(...weights));
  }

  #isCertain(faces: readonly Detection[]): boolean {
    return faces.some(({ score }) => score >= (this.#spec.certainScore ?? 0));
  }

  #merge(found: readonly Detection[][]): Detection[] {
    return suppressOverlaps(found.flat(), this.#spec.nmsIou);
  }

  /** The faces of a picture, in its pixels, as seen in several sizes of it that are turned clockwise by some quarters. */
  async #look(
    photo: Photo,
    inputs: readonly Input[],
    quarters: number,
    checkDeadline: () => void,
  ): Promise<Detection[]> {
    const found: Detection[][] = [];
    for (const input of inputs) {
      checkDeadline();
      const faces = toPicture(await this.#run(input, quarters), input, photo);
      found.push(faces.filter(({ box }) => Math.max(box.x2 - box.x1, box.y2 - box.y1) >= input.minFacePx));
    }
    return this.#merge(found);
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
    const isLarge = Math.max(input.contentWidth, input.contentHeight) > this.#spec.size.longSide;
    const session = isLarge ? this.#largeSession : this.#session;
    const outputs = await session.run(this.#spec.input.name, tensor, this.#outputs);
    const found = decodeOutputs(this.#spec, outputs, input.width, input.height);
    return suppressOverlaps(found.filter(isUsable), this.#spec.nmsIou);
  }
}

/** A broken or hostile model may give anything; what is not a finite box with an area is no face. */
function isUsable({ box, landmarks }: Detection): boolean {
  const numbers = [box.x1, box.y1, box.x2, box.y2, ...landmarks.flatMap(({ x, y }) => [x, y])];
  return numbers.every(Number.isFinite) && area(box) > 0;
}

/** How much speaks for a way to look at a picture. */
function weight(faces: readonly Detection[]): number {
  return faces.reduce((sum, { score }) => sum + score, 0);
}

function toPicture(found: readonly Detection[], input: Letterbox, photo: Photo): Detection[] {
  const sx = photo.width / input.contentWidth;
  const sy = photo.height / input.contentHeight;
  return found.map((face) => mapDetection(face, (x, y) => ({ x: x * sx, y: y * sy })));
}
