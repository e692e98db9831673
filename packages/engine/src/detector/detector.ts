import type { AlignmentSpec, DetectorSpec } from '@face-comparison/bundle';
import {
  area,
  distance,
  iou,
  mapDetection,
  suppressOverlaps,
  type Detection,
  type FivePoints,
  type Point,
} from '../geometry.js';
import { Photo } from '../image/photo.js';
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

/** In a crop a face is known to be; a lower score than of a face in a photo will do. */
const REFINING_SCORE_SHARE = 0.5;

/** Points in a crop whose centre is farther from where it should be than this share of the side belong to somebody else. */
const MAX_REFINING_SHIFT = 0.2;

/**
 * The network sees a face from several of its cells at once. Boxes that overlap so far are the same face; the mean of
 * their points wavers less than those of the cell that happens to score best.
 */
const SAME_FACE_IOU = 0.5;

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

  /**
   * Looks again at a face that has been aligned by the points of a first look.
   *
   * Turned upright and large, a face gets better points: YuNet draws them towards an upright face, and sees a head that is
   * tilted by 25 degrees tilted by 12. What it is worth was measured; see docs/decisions/0010.
   *
   * @param crop RGB bytes, `alignment.size` squared, aligned to the template
   * @returns the points in pixels of the crop; undefined where the manifest does not ask for it or nothing is found
   */
  async refine(crop: Uint8Array, { size, template }: AlignmentSpec): Promise<FivePoints | undefined> {
    if (this.#spec.refinesPoints !== true) return undefined;
    const input = await letterbox(
      Photo.of({ format: 'png', width: size, height: size, data: crop }),
      this.#spec.size,
      this.#spec.size.longSide,
    );
    const candidates = await this.#candidates(input, this.#spec.scoreThreshold * REFINING_SCORE_SHARE);
    const scale = size / input.contentWidth;
    const middle = centre(template.map(([x, y]) => ({ x, y })));
    const near = suppressOverlaps(candidates, this.#spec.nmsIou)
      .map((face) => {
        const same = candidates.filter(({ box }) => iou(box, face.box) > SAME_FACE_IOU);
        const points = meanPoints(same).map(({ x, y }) => ({ x: x * scale, y: y * scale }));
        return { points, shift: distance(centre(points), middle) };
      })
      .sort((a, b) => a.shift - b.shift);
    const [p0, p1, p2, p3, p4] = near.find(({ shift }) => shift <= MAX_REFINING_SHIFT * size)?.points ?? [];
    return p0 && p1 && p2 && p3 && p4 && [p0, p1, p2, p3, p4];
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
    return suppressOverlaps(await this.#candidates(input, this.#spec.scoreThreshold), this.#spec.nmsIou);
  }

  async #candidates(input: Letterbox, scoreThreshold: number): Promise<Detection[]> {
    const tensor = imageTensor(this.#spec.input, input.data, 1, input.height, input.width);
    const isLarge = Math.max(input.contentWidth, input.contentHeight) > this.#spec.size.longSide;
    const session = isLarge ? this.#largeSession : this.#session;
    const outputs = await session.run(this.#spec.input.name, tensor, this.#outputs);
    return decodeOutputs({ ...this.#spec, scoreThreshold }, outputs, input.width, input.height).filter(isUsable);
  }
}

/** A broken or hostile model may give anything; what is not a finite box with an area is no face. */
function isUsable({ box, landmarks }: Detection): boolean {
  const numbers = [box.x1, box.y1, box.x2, box.y2, ...landmarks.flatMap(({ x, y }) => [x, y])];
  return numbers.every(Number.isFinite) && area(box) > 0;
}

/** The mean of the points of several looks at one face, by their scores. */
function meanPoints(faces: readonly Detection[]): Point[] {
  const total = faces.reduce((sum, { score }) => sum + score, 0);
  return [0, 1, 2, 3, 4].map((i) => ({
    x: faces.reduce((sum, { score, landmarks }) => sum + score * (landmarks[i]?.x ?? 0), 0) / total,
    y: faces.reduce((sum, { score, landmarks }) => sum + score * (landmarks[i]?.y ?? 0), 0) / total,
  }));
}

function centre(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
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
