import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModel } from '../test/default-model.js';
import {
  arcFaceLikeHead,
  expectedVector,
  scrfdLikeDetector,
  VECTOR_LENGTH,
  writeOwnBundle,
  type OwnBundle,
} from '../test/own-bundle.js';
import { drawnPicture, encodePng, paste, plainPicture } from '../test/pictures.js';
import { alignFace } from './align.js';
import { Engine, type AnalyzedFace, type AnalyzeOptions } from './engine.js';
import type { Picture } from './image/decode-image.js';
import { cosine } from './similarity.js';

const everything: AnalyzeOptions = { maxFaces: 100, embed: true, quality: true, landmarks: true, detail: 'normal' };

/**
 * A photo of 1280 x 960, which the detector sees at half the size, with a coloured square for each of four faces.
 * `cell` is the stride of the detector that should see it; x and y are in photo pixels, on the grid of that stride.
 */
const squares = [
  { x: 64, y: 64, cell: 32, colour: [0, 0, 255] },
  { x: 960, y: 128, cell: 32, colour: [255, 255, 0] },
  { x: 512, y: 512, cell: 16, colour: [0, 255, 0] },
  { x: 800, y: 720, cell: 8, colour: [255, 0, 0] },
  { x: 160, y: 800, cell: 8, colour: [0, 255, 255] },
] as const;

function photo(): Picture {
  const picture = drawnPicture(1280, 960, (x, y) => {
    const grey = 40 + ((x * 3 + y * 7) % 60);
    return [grey, grey, grey];
  });
  for (const { x, y, cell, colour } of squares) paste(picture, plainPicture(2 * cell, 2 * cell, colour), x, y);
  return picture;
}

const rounded = (face: AnalyzedFace): number[] => Object.values(face.box).map((value: number) => Math.round(value));

describe("an engine with a user's own SCRFD and ArcFace bundle", () => {
  let root: string;
  const engines: Engine[] = [];
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'own-bundle-'));
  });
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await rm(root, { recursive: true, force: true });
  });

  async function load(bundle: OwnBundle = {}): Promise<Engine> {
    const folder = await mkdtemp(join(root, 'model-'));
    await writeOwnBundle(folder, bundle);
    const engine = await Engine.load(await readModel(folder), { cacheDir: join(folder, 'cache') });
    engines.push(engine);
    return engine;
  }

  it('finds every face at its place, whatever the stride and the anchor', async () => {
    const engine = await load();
    const { faces, width, height } = await engine.analyze(await encodePng(photo()), everything);
    expect([width, height]).toEqual([1280, 960]);
    expect(faces.map(rounded).sort()).toEqual(
      squares.map(({ x, y, cell }) => [x - 2 * cell, y - 2 * cell, x + 4 * cell, y + 4 * cell]).sort(),
    );
    const sizes = faces.map(({ box }) => box.x2 - box.x1);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('puts the points in order and in the pixels of the photo', async () => {
    const engine = await load();
    const { faces } = await engine.analyze(await encodePng(photo()), everything);
    const green = faces[2];
    // Eyes at (0, 0) and (1, 0) strides from the corner, nose in the middle, mouth at (.1, 1) and (.9, 1).
    expect(green?.landmarks.map(({ x, y }) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10])).toEqual([
      [512, 512],
      [544, 512],
      [528, 528],
      [515.2, 544],
      [540.8, 544],
    ]);
    expect(green?.quality?.pose.roll).toBeCloseTo(0, 3);
  });

  it('gives unit vectors of the aligned crops', async () => {
    const engine = await load();
    const picture = photo();
    const { faces } = await engine.analyze(await encodePng(picture), everything);
    expect(engine.vectorLength).toBe(VECTOR_LENGTH);
    for (const { landmarks, vector = new Float32Array(0) } of faces) {
      expect(vector).toHaveLength(VECTOR_LENGTH);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      const crop = new Uint8Array(112 * 112 * 3);
      alignFace(picture, landmarks, engine.model.manifest.alignment, crop);
      expect(cosine(vector, expectedVector(crop))).toBeGreaterThan(0.99999);
    }
    const [first, second] = faces.map(({ vector }) => vector ?? []);
    expect(cosine(first ?? [], second ?? [])).toBeLessThan(0.99);
  });

  it('confirms its golden crop', async () => {
    const engine = await load();
    expect(await engine.goldenCosine()).toBeGreaterThan(0.99999);
  });

  it('gives the same with a head that was exported for one image a run', async () => {
    const bytes = await encodePng(photo());
    const [any, one] = await Promise.all(
      [load(), load({ head: arcFaceLikeHead({ batch: 1 }) })].map(async (engine) =>
        (await engine).analyze(bytes, everything),
      ),
    );
    expect(one?.faces).toHaveLength(squares.length);
    expect(one?.faces.map(({ vector }) => vector)).toEqual(any?.faces.map(({ vector }) => vector));
  });

  it('answers several calls at once as it answers them one by one', async () => {
    const engine = await load();
    const pictures = [photo(), plainPicture(300, 200), plainPicture(64, 64, [255, 0, 0]), photo()];
    const bytes = await Promise.all(pictures.map(encodePng));
    const withoutTimings = async (data: Buffer): Promise<unknown> => {
      const { faces, width, height } = await engine.analyze(data, everything);
      return { faces, width, height };
    };
    const alone: unknown[] = [];
    for (const data of bytes) alone.push(await withoutTimings(data));
    expect(await Promise.all(bytes.map(withoutTimings))).toEqual(alone);
  });

  it('finds no face in a picture without one, and computes only what was asked for', async () => {
    const engine = await load();
    expect((await engine.analyze(await encodePng(plainPicture(300, 200)), everything)).faces).toEqual([]);
    const { faces } = await engine.analyze(await encodePng(photo()), {
      ...everything,
      embed: false,
      quality: false,
      maxFaces: 2,
    });
    expect(faces.map((face) => Object.keys(face).sort())).toEqual([
      ['box', 'landmarks', 'score'],
      ['box', 'landmarks', 'score'],
    ]);
  });

  it('works with a detector that was exported for one size', async () => {
    const engine = await load({
      manifest: ({ detector, ...rest }) => ({
        ...rest,
        detector: { ...detector, size: { ...detector.size, square: true } },
      }),
    });
    const { faces } = await engine.analyze(await encodePng(photo()), { ...everything, detail: 'high' });
    expect(faces).toHaveLength(squares.length);
  });

  it('keeps memory-mapped forms of both graphs in its cache', async () => {
    const folder = await mkdtemp(join(root, 'model-'));
    await writeOwnBundle(folder);
    await mkdir(join(folder, 'cache'));
    const model = await readModel(folder);
    for (let start = 0; start < 2; start++) {
      const engine = await Engine.load(model, { cacheDir: join(folder, 'cache') });
      await engine.close();
      expect((await readdir(join(folder, 'cache'))).map((name) => name.slice(-4))).toEqual(['.ort', '.ort']);
    }
  });

  describe('refuses a model that is not what its manifest says', () => {
    const withInput = (name: string): OwnBundle => ({
      manifest: ({ heads, ...rest }) => ({
        ...rest,
        heads: heads.map((head) => ({ ...head, input: { ...head.input, name } })),
      }),
    });
    const withOutput = (name: string, length: number): OwnBundle => ({
      manifest: ({ heads, files, golden, ...rest }) => ({
        ...rest,
        golden,
        files: files.map((file) => (file.path === golden.vectors ? { ...file, size: length * 4 } : file)),
        heads: heads.map((head) => ({ ...head, output: { name, length } })),
      }),
    });

    it.each<[string, OwnBundle, RegExp]>([
      ['a wrong input', withInput('data'), /w600k_r50\.onnx.*input "data".*has "input\.1"/],
      ['a wrong output', withOutput('embedding', 512), /w600k_r50\.onnx.*output "embedding".*has "683"/],
      [
        'another graph in place of the detector',
        { detector: arcFaceLikeHead() },
        /det_10g\.onnx.*output "448".*has "683"/,
      ],
      ['a head for four images a run', { head: arcFaceLikeHead({ batch: 4 }) }, /"arcface".*exactly 4 images/],
      ['bytes that are no graph', { head: Buffer.from('not a graph') }, /w600k_r50\.onnx cannot be loaded/],
    ])('when it is loaded: %s', async (_what, bundle, message) => {
      await expect(load(bundle)).rejects.toMatchObject({
        name: 'EngineError',
        code: 'model_unusable',
        message: expect.stringMatching(message) as string,
      });
    });

    it.each<[string, OwnBundle, RegExp]>([
      ['a wrong length', withOutput('683', 256), /"arcface".*256 numbers a face.*gave 512/],
      ['numbers that are not floats', { head: arcFaceLikeHead({ wholeNumbers: true }) }, /"683".*float32.*int64/],
      ['vectors of zeros', { head: arcFaceLikeHead({ weights: new Float32Array(48 * 512) }) }, /without a direction/],
      [
        'vectors that are not finite',
        { head: arcFaceLikeHead({ weights: new Float32Array(48 * 512).fill(Number.NaN) }) },
        /without a direction/,
      ],
    ])('when it answers: %s', async (_what, bundle, message) => {
      const engine = await load({ detector: scrfdLikeDetector(), ...bundle });
      await expect(engine.analyze(await encodePng(photo()), everything)).rejects.toMatchObject({
        name: 'EngineError',
        code: 'model_unusable',
        message: expect.stringMatching(message) as string,
      });
    });
  });

  it('does not use several threads where they give other vectors than the makers of the model got', async () => {
    const engine = await load();
    const bytes = await encodePng(photo());
    const { faces } = await engine.analyze(bytes, everything);
    await engine.widen(2);
    const vectors = engine.model.files[engine.model.manifest.golden.vectors] ?? '';
    await writeFile(vectors, Buffer.from(Float32Array.from({ length: VECTOR_LENGTH }, (_, i) => i % 7).buffer));
    await expect(engine.widen(2)).rejects.toThrow(
      /with 2 threads this machine computes other vectors.*at least 0\.999 expected/,
    );
    engine.goWide();
    expect((await engine.analyze(bytes, everything)).faces).toEqual(faces);
  });

  it('says that CUDA cannot be used where it cannot, instead of computing on the CPU', async () => {
    const folder = await mkdtemp(join(root, 'model-'));
    await writeOwnBundle(folder);
    await expect(Engine.load(await readModel(folder), { provider: 'cuda' })).rejects.toMatchObject({
      name: 'EngineError',
      code: 'provider_unavailable',
      message: expect.stringContaining('CUDA') as string,
    });
  });
});
