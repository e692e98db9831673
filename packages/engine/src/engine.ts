import { readFile } from 'node:fs/promises';
import type { Manifest } from '@face-comparison/bundle';
import { alignFace, estimateSimilarity, inverse } from './align.js';
import { Batcher } from './batcher.js';
import { outputNames } from './detector/decode-outputs.js';
import { Detector, type DetectionDetail } from './detector/detector.js';
import { CUDA_RUN_SIZES, Embedder, FACES_PER_RUN, type RunCounts } from './embedder.js';
import { DeadlineError, EngineError } from './engine-error.js';
import { area, distance, mapPoints, type Detection, type FivePoints } from './geometry.js';
import { checkLargeJpeg, decodeImage, type Picture } from './image/decode-image.js';
import { Photo } from './image/photo.js';
import { assessQuality, type FaceQuality } from './quality.js';
import { loadSession, loadWideSession, type ExecutionProvider, type Session, type SessionOptions } from './session.js';
import { referenceFace } from './reference-face.js';
import { shrinkToFace } from './shrink-to-face.js';
import { cosine } from './similarity.js';
import { TwoWidthSession, Width } from './width.js';

/** A verified bundle as the engine needs it; plain data, so that it can be sent to another process. */
export interface EngineModel {
  readonly manifest: Manifest;
  readonly space: string;
  /** Absolute local path of each file of the manifest. */
  readonly files: Readonly<Record<string, string>>;
}

export interface EngineOptions {
  /** Where memory-mapped forms of the graphs are kept. */
  readonly cacheDir?: string;
  /** @defaultValue 'cpu' */
  readonly provider?: ExecutionProvider;
  /** Threads a run may use; with one engine a core, 1. @defaultValue 1 */
  readonly threads?: number;
  /** Longest side of a picture, in pixels; a JPEG may be four times as large. @defaultValue 4096 */
  readonly maxSidePx?: number;
}

/** Loads a graph; `loadSession`, and something else in tests. */
export type SessionLoader = (path: string, sha256: string, options: SessionOptions) => Promise<Session>;

/**
 * How long the faces of a photo wait on a GPU for those of others that are worked on at the same time, in milliseconds. Little
 * beside the time that a photo takes, and nothing waits when there is no other.
 */
const BATCH_DELAY_MS = 2;

export interface AnalyzeOptions {
  /** Only the largest faces. */
  readonly maxFaces: number;
  /**
   * `reference`: only the face that the photo is compared by, see {@link referenceFace}, whatever `maxFaces` says.
   * @defaultValue 'largest'
   */
  readonly pick?: 'largest' | 'reference';
  /** Faces with a lower score, 0..1, are left out before faces are counted and picked. @defaultValue 0 */
  readonly minConfidence?: number;
  readonly embed: boolean;
  readonly quality: boolean;
  /** Whether the points matter to the caller; without vectors, quality and this they stay those of the first look. */
  readonly landmarks: boolean;
  readonly detail: DetectionDetail;
  /** Milliseconds of `performance.now()` after which the work is given up. */
  readonly deadline?: number;
}

export interface AnalyzedFace extends Detection {
  readonly vector?: Float32Array;
  readonly quality?: FaceQuality;
}

export interface Analysis {
  /** Size of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Those that were picked, largest first. */
  readonly faces: readonly AnalyzedFace[];
  /** The areas of the boxes of all faces that were found, in square pixels, largest first; more than `faces` where not all were picked. */
  readonly foundAreas: readonly number[];
  /** Where the time went, in milliseconds. */
  readonly timings: { readonly decodeMs: number; readonly detectMs: number; readonly embedMs: number };
}

/**
 * One loaded model: image bytes in, faces out. Computes one thing at a time, on one thread unless it has been widened and
 * was told to use more.
 */
export class Engine {
  readonly model: EngineModel;
  /**
   * Whether memory-mapped forms had to be made. The process then holds a multiple of what it needs (a lane of the default model
   * 490 MB instead of 200), which the allocator keeps; one that loads the model after it does not.
   */
  readonly hasMadeForms: boolean;
  readonly #width: Width;
  readonly #sessions: readonly TwoWidthSession[];
  readonly #detector: Detector;
  readonly #embedder: Embedder;
  /** Undefined on a CPU, which gains nothing from larger runs. */
  readonly #batcher: Batcher | undefined;
  readonly #maxSidePx: number;

  private constructor(
    model: EngineModel,
    sessions: ReadonlyMap<string, TwoWidthSession>,
    largeDetector: TwoWidthSession,
    width: Width,
    options: EngineOptions,
    hasMadeForms: boolean,
  ) {
    const { detector } = model.manifest;
    this.model = model;
    this.hasMadeForms = hasMadeForms;
    this.#width = width;
    this.#sessions = [...sessions.values(), largeDetector];
    this.#detector = new Detector(detector, required(sessions, detector.file), largeDetector);
    const { provider = 'cpu' } = options;
    const embedder = new Embedder(model.manifest, sessions, provider);
    this.#embedder = embedder;
    if (provider === 'cuda') {
      const batches = { maxFaces: FACES_PER_RUN.cuda, maxDelayMs: BATCH_DELAY_MS };
      this.#batcher = new Batcher((crops, count) => embedder.embed(crops, count, () => undefined), batches);
    }
    this.#maxSidePx = options.maxSidePx ?? 4096;
  }

  /**
   * Loads the graphs of a bundle and checks that they have the inputs and outputs that its manifest names.
   * @param load loads one graph
   * @throws EngineError when a graph cannot be loaded or lacks what the manifest promises
   */
  static async load(
    model: EngineModel,
    options: EngineOptions = {},
    load: SessionLoader = loadSession,
  ): Promise<Engine> {
    const { manifest } = model;
    const width = new Width();
    const sessions = new Map<string, TwoWidthSession>();
    let hasMadeForms = false;
    const onMade = (): void => {
      hasMadeForms = true;
    };
    try {
      for (const path of new Set([manifest.detector.file, ...manifest.heads.map(({ file }) => file)])) {
        sessions.set(path, await loadFile(model, path, options, load, { width, onMade }));
      }
      checkGraphs(manifest, sessions);
      const largeDetector = await loadFile(model, manifest.detector.file, options, load, {
        width,
        onMade,
        keepsMemory: false,
      });
      return new Engine(model, sessions, largeDetector, width, options, hasMadeForms);
    } catch (error) {
      for (const session of sessions.values()) await session.close();
      throw error;
    }
  }

  /** How many numbers a vector has. */
  get vectorLength(): number {
    return this.#embedder.length;
  }

  /**
   * Loads all graphs a second time, for runs that use several threads, and runs them over the golden crops, so that no
   * picture pays for their first run. Nothing uses them before `goWide`.
   *
   * @throws EngineError when the graphs are not memory-mapped, so that their weights would be held twice, or when the
   *   vectors are not what the model's makers got; the engine is then as it was
   */
  async widen(threads: number): Promise<void> {
    if (this.#sessions.some(({ canWiden }) => !canWiden)) {
      throw new EngineError(
        'model_unusable',
        'the model is not memory-mapped: a second set of its graphs would copy it',
      );
    }
    const { golden } = this.model.manifest;
    try {
      for (const session of this.#sessions) await session.widen(threads);
      this.goWide();
      const parity = await this.goldenCosine();
      if (parity === null || parity < golden.minCosine) {
        throw new EngineError(
          'model_unusable',
          `with ${threads} threads this machine computes other vectors than with one: cosine ${String(parity)} on the golden crops, at least ${golden.minCosine} expected`,
        );
      }
      await this.#warmDetector();
    } catch (error) {
      for (const session of this.#sessions) await session.forgetWide();
      throw error;
    } finally {
      await this.goNarrow();
    }
  }

  /** Lets runs that begin from now on use the threads that the engine was widened to, if it was. */
  goWide(): void {
    this.#width.widen();
  }

  /** Lets runs that begin from now on use one thread; resolves when no run that uses more is under way. */
  goNarrow(): Promise<void> {
    return this.#width.narrow();
  }

  /**
   * Finds, aligns and embeds the faces of a picture.
   *
   * @param bytes a JPEG, PNG or BMP file
   * @throws ImageError when the bytes are no such picture, or one that is too large
   * @throws DeadlineError when `options.deadline` passed between two steps
   */
  async analyze(bytes: Uint8Array, options: AnalyzeOptions): Promise<Analysis> {
    // Others that are embedded now may wait for the faces of this picture.
    const arrive = options.embed ? this.#batcher?.expect() : undefined;
    try {
      return await this.#analyze(bytes, options, arrive);
    } finally {
      arrive?.(); // it may have failed on its way
    }
  }

  /** @param arrive tells the others that wait for its faces that they have come */
  async #analyze(bytes: Uint8Array, options: AnalyzeOptions, arrive: (() => void) | undefined): Promise<Analysis> {
    const checkDeadline = (): void => {
      if (options.deadline !== undefined && performance.now() > options.deadline) throw new DeadlineError();
    };
    const start = performance.now();
    const photo = await Photo.open(bytes, { maxSidePx: this.#maxSidePx });
    const openMs = performance.now() - start;
    const { minConfidence = 0 } = options;
    const detected = (await this.#detector.detect(photo, options.detail, checkDeadline)).filter(
      ({ score }) => score >= minConfidence,
    );
    if (detected.length === 0) checkLargeJpeg(bytes);
    const found = pickFaces(detected, photo, options);
    const detectMs = performance.now() - start - openMs - photo.decodeMs;
    const { alignment } = this.model.manifest;
    const bytesPerCrop = alignment.size * alignment.size * 3;
    const wantsCrops = options.embed || options.quality || options.landmarks;
    const crops = new Uint8Array(wantsCrops ? found.length * bytesPerCrop : 0);
    const cropOf = (i: number): Uint8Array => crops.subarray(i * bytesPerCrop, (i + 1) * bytesPerCrop);
    if (wantsCrops && found.length > 0) {
      checkDeadline();
      const picture = await photo.atLeast(scaleForCrops(found, alignment));
      for (const [i, face] of found.entries()) {
        checkDeadline();
        found[i] = { ...face, landmarks: await this.#align(photo, picture, face.landmarks, cropOf(i)) };
      }
    }
    const vectors = options.embed ? await this.#embed(crops, found.length, checkDeadline, arrive) : [];
    const faces = found.map((face, i): AnalyzedFace => {
      const vector = vectors[i];
      return {
        ...face,
        ...(vector === undefined ? {} : { vector }),
        ...(options.quality ? { quality: assessQuality(cropOf(i), alignment, face.landmarks) } : {}),
      };
    });
    const decodeMs = openMs + photo.decodeMs;
    return {
      width: photo.width,
      height: photo.height,
      faces,
      foundAreas: detected.map(({ box }) => area(box)),
      timings: { decodeMs, detectMs, embedMs: performance.now() - start - decodeMs - detectMs },
    };
  }

  #embed(
    crops: Uint8Array,
    count: number,
    checkDeadline: () => void,
    arrive: (() => void) | undefined,
  ): Promise<Float32Array[]> {
    return this.#batcher === undefined
      ? this.#embedder.embed(crops, count, checkDeadline)
      : this.#batcher.embed(crops, count, checkDeadline, arrive);
  }

  /**
   * Cuts out the aligned face.
   *
   * @param picture the photo, shrunk or not
   * @param crop where the crop goes
   * @returns the points that it was aligned by, in pixels of the photo
   */
  async #align(photo: Photo, picture: Picture, points: FivePoints, crop: Uint8Array): Promise<FivePoints> {
    const { alignment } = this.model.manifest;
    const cut = async (landmarks: FivePoints): Promise<void> => {
      const near = await shrinkToFace(picture, pointsIn(picture, photo, landmarks), alignment);
      alignFace(near.picture, near.points, alignment, crop);
    };
    let current = points;
    for (let looks = 1; ; looks++) {
      await cut(current);
      const seen = await this.#detector.refine(crop, alignment);
      if (seen === undefined) return current;
      const transform = estimateSimilarity(current, alignment.template);
      const refined = mapPoints(seen, inverse(transform));
      const moved = Math.max(...refined.map((point, i) => distance(point, current[i] ?? point)));
      const isTilted = moved * Math.hypot(transform.a, transform.b) > MAX_AGREEING_SHIFT * alignment.size;
      if (!isTilted || looks === MAX_REFINING_LOOKS) {
        const mean = meanOf(current, refined);
        await cut(mean);
        return mean;
      }
      current = refined;
    }
  }

  /**
   * Compares the vectors that this engine gives for the golden crops of a model with those the model's makers got.
   *
   * With its own model it tells whether this machine computes what it should; with another model it measures whether
   * the two give comparable vectors.
   * @returns the smallest cosine over the crops; `null` when the other model's crops or vectors have another form
   */
  async goldenCosine(golden: EngineModel = this.model): Promise<number | null> {
    const { manifest } = golden;
    const own = this.model.manifest.alignment;
    const length = manifest.heads.reduce((sum, head) => sum + head.output.length, 0);
    if (length !== this.vectorLength || JSON.stringify(manifest.alignment) !== JSON.stringify(own)) return null;
    const vectors = await readFile(pathOf(golden, manifest.golden.vectors));
    const expectedBytes = manifest.golden.crops.length * length * 4;
    if (vectors.byteLength !== expectedBytes) {
      throw new EngineError(
        'model_unusable',
        `${manifest.golden.vectors}: ${manifest.golden.crops.length} crops of ${length} numbers are ${expectedBytes} bytes, the file has ${vectors.byteLength}`,
      );
    }
    const expected = new DataView(vectors.buffer, vectors.byteOffset, vectors.byteLength);
    let lowest = 1;
    for (const [row, path] of manifest.golden.crops.entries()) {
      const crop = await decodeImage(await readFile(pathOf(golden, path)));
      if (crop.width !== own.size || crop.height !== own.size) {
        throw new EngineError(
          'model_unusable',
          `${path}: expected ${own.size}x${own.size} pixels, got ${crop.width}x${crop.height}`,
        );
      }
      const wanted = Float32Array.from({ length }, (_, i) => expected.getFloat32((row * length + i) * 4, true));
      for (const count of row === 0 && this.#batcher !== undefined ? CUDA_RUN_SIZES : [1]) {
        const crops = Buffer.concat(Array.from({ length: count }, () => crop.data));
        for (const vector of await this.#embedder.embed(crops, count, () => undefined)) {
          lowest = Math.min(lowest, cosine(vector, wanted));
        }
      }
    }
    return lowest;
  }

  /** Runs the detector once over a picture of its own size, which the golden crops do not. */
  async #warmDetector(): Promise<void> {
    const side = this.model.manifest.detector.size.longSide;
    const picture: Picture = { format: 'png', width: side, height: side, data: new Uint8Array(side * side * 3) };
    await this.#detector.detect(Photo.of(picture), 'normal', () => undefined);
  }

  /** How many runs of heads there were since the last time that this was asked, and for how many faces. */
  takeRunCounts(): RunCounts {
    return this.#embedder.takeCounts();
  }

  /** Frees the graphs. */
  async close(): Promise<void> {
    for (const session of this.#sessions) await session.close();
  }
}

/** @param faces largest first */
function pickFaces(
  faces: readonly Detection[],
  photo: Photo,
  { pick = 'largest', maxFaces }: AnalyzeOptions,
): Detection[] {
  switch (pick) {
    case 'largest':
      return faces.slice(0, maxFaces);
    case 'reference': {
      const face = referenceFace(faces, photo);
      return face === undefined ? [] : [face];
    }
  }
}

/**
 * Two looks that differ by no more than this share of the side of the crop in any point agree, and their mean is better
 * than either. When they differ by more, the head was tilted in the first, and that one does not count.
 */
const MAX_AGREEING_SHIFT = 0.08;

/** Each look sees a tilted head more upright than the one before. */
const MAX_REFINING_LOOKS = 3;

function meanOf(points: FivePoints, others: FivePoints): FivePoints {
  return mapPoints(points, (p, i) => {
    const q = others[i] ?? p;
    return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
  });
}

/**
 * How many pixels of the decoded picture a pixel of a crop covers, along one side, at least. Heads see less than the crop
 * has: those of the default model at most 8 pixels for each 9 of it.
 *
 * Measured on the faces of the sample photos at 12 megapixels: vectors from a picture that is shrunk to .9 have a cosine of
 * .998 (the lowest of 23: .994) with those from the whole photo, where two photos of one person rarely reach .8.
 */
const MIN_PIXELS_PER_CROP_PIXEL = 0.85;

/** How much a photo may be shrunk so that the crops of its faces are as good as from the whole photo; 1 for not at all. */
function scaleForCrops(faces: readonly Detection[], { template }: Manifest['alignment']): number {
  const scales = faces.map(({ landmarks }) => {
    const { a, b } = estimateSimilarity(landmarks, template);
    return MIN_PIXELS_PER_CROP_PIXEL * Math.hypot(a, b);
  });
  return Math.min(1, Math.max(...scales));
}

/** Points of a photo in a shrunk picture of it; the centre of the first pixel is (0, 0) in both. */
function pointsIn(picture: Picture, photo: Photo, points: FivePoints): FivePoints {
  const kx = picture.width / photo.width;
  const ky = picture.height / photo.height;
  return mapPoints(points, ({ x, y }) => ({ x: (x + 0.5) * kx - 0.5, y: (y + 0.5) * ky - 0.5 }));
}

function pathOf(model: EngineModel, path: string): string {
  const local = model.files[path];
  if (local === undefined) throw new EngineError('model_unusable', `${path} is not among the files of the bundle`);
  return local;
}

function required<T>(sessions: ReadonlyMap<string, T>, file: string): T {
  const session = sessions.get(file);
  if (session === undefined) throw new EngineError('model_unusable', `${file} is not loaded`);
  return session;
}

async function loadFile(
  model: EngineModel,
  path: string,
  options: EngineOptions,
  load: SessionLoader,
  {
    width,
    keepsMemory = true,
    onMade,
  }: { readonly width: Width; readonly keepsMemory?: boolean; readonly onMade: () => void },
): Promise<TwoWidthSession> {
  const sha256 = model.manifest.files.find((file) => file.path === path)?.sha256 ?? '';
  const local = pathOf(model, path);
  try {
    const session = await load(local, sha256, {
      provider: options.provider ?? 'cpu',
      threads: options.threads ?? 1,
      keepsMemory,
      onMade,
      ...(options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir }),
    });
    const { mappedFile } = session;
    return new TwoWidthSession(
      session,
      width,
      mappedFile === undefined ? undefined : (threads) => loadWideSession(mappedFile, { threads, keepsMemory }),
    );
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('model_unusable', `${path} cannot be loaded by onnxruntime: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function checkGraphs(manifest: Manifest, sessions: ReadonlyMap<string, Session>): void {
  const detector = manifest.detector;
  const wanted = [
    { file: detector.file, input: detector.input.name, outputs: outputNames(detector) },
    ...manifest.heads.map(({ file, input, output }) => ({ file, input: input.name, outputs: [output.name] })),
  ];
  for (const { file, input, outputs } of wanted) {
    const session = required(sessions, file);
    if (!session.inputNames.includes(input)) {
      throw new EngineError(
        'model_unusable',
        `${file}: the manifest names the input "${input}", the graph has ${quoted(session.inputNames)}`,
      );
    }
    const missing = outputs.find((output) => !session.outputNames.includes(output));
    if (missing !== undefined) {
      throw new EngineError(
        'model_unusable',
        `${file}: the manifest names the output "${missing}", the graph has ${quoted(session.outputNames)}`,
      );
    }
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
