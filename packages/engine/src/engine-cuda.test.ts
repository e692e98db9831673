import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { readModel } from '../test/default-model.js';
import { arcFaceLikeHead, writeOwnBundle, type OwnBundle } from '../test/own-bundle.js';
import { drawnPicture, encodePng, paste, plainPicture } from '../test/pictures.js';
import { CUDA_RUN_SIZES } from './embedder.js';
import { Engine, type Analysis, type AnalyzeOptions, type SessionLoader } from './engine.js';
import { loadSession, type Session, type SessionOptions } from './session.js';
import { cosine } from './similarity.js';

// There is no GPU here: the sessions compute on the CPU, and all else is as it is with CUDA.

const everything: AnalyzeOptions = { maxFaces: 100, embed: true, quality: false, landmarks: false, detail: 'normal' };

/** Photos with one to three of the squares that the detector takes for faces. */
async function photos(): Promise<Buffer[]> {
  const places = [
    [64, 64],
    [960, 128],
    [320, 512],
  ] as const;
  return Promise.all(
    Array.from({ length: 8 }, (_, i) => {
      const picture = drawnPicture(1280, 960, (x, y) => {
        const grey = 40 + ((x * (3 + i) + y * 7) % 60);
        return [grey, grey, grey];
      });
      for (const [x, y] of places.slice(0, 1 + (i % 3))) paste(picture, plainPicture(64, 64, [0, 0, 255]), x, y);
      return encodePng(picture);
    }),
  );
}

describe('an engine with CUDA, as far as it can be seen without a GPU', () => {
  let root: string;
  const engines: Engine[] = [];
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cuda-'));
  });
  afterEach(() => jest.useRealTimers());
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await rm(root, { recursive: true, force: true });
  });

  interface Fixture {
    readonly engine: Engine;
    /** How many images each run of the head had. */
    readonly headRuns: number[];
    readonly asked: SessionOptions[];
  }

  async function load(bundle: OwnBundle = {}): Promise<Fixture> {
    const folder = await mkdtemp(join(root, 'model-'));
    await writeOwnBundle(folder, bundle);
    const headRuns: number[] = [];
    const asked: SessionOptions[] = [];
    const loadOnCpu: SessionLoader = async (path, sha256, options) => {
      asked.push(options);
      const session = await loadSession(path, sha256, { ...options, provider: 'cpu' });
      return path.endsWith('w600k_r50.onnx') ? counted(session, headRuns) : session;
    };
    const engine = await Engine.load(await readModel(folder), { provider: 'cuda' }, loadOnCpu);
    engines.push(engine);
    return { engine, headRuns, asked };
  }

  function counted(session: Session, runs: number[]): Session {
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      fixedBatch: (input) => session.fixedBatch(input),
      run: (input: string, tensor: Tensor, outputs: readonly string[]) => {
        runs.push(tensor.dims[0] ?? Number.NaN);
        return session.run(input, tensor, outputs);
      },
      close: () => session.close(),
    };
  }

  it('asks for CUDA for every graph', async () => {
    const { asked } = await load();
    expect(asked).toHaveLength(3);
    for (const { provider } of asked) expect(provider).toBe('cuda');
  });

  it('embeds the faces of photos that are under way together in fewer runs, with the vectors that they get alone', async () => {
    const { engine, headRuns } = await load();
    const bytes = await photos();
    const alone: Analysis[] = [];
    for (const photo of bytes) alone.push(await engine.analyze(photo, everything));
    expect(headRuns).toEqual([1, 2, 4, 1, 2, 4, 1, 2]); // three faces are filled up to four
    expect(engine.takeRunCounts()).toEqual({ runs: 8, faces: 15 });
    headRuns.length = 0;
    // Time stands still, so that the faces of a photo wait for those of all others, however slowly they come.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
    const together = await Promise.all(bytes.map((photo) => engine.analyze(photo, everything)));
    expect(headRuns.length).toBeLessThan(8);
    expect(engine.takeRunCounts()).toEqual({ runs: headRuns.length, faces: 15 });
    together.forEach(({ faces }, photo) => {
      expect(faces).toHaveLength(1 + (photo % 3));
      faces.forEach(({ box, vector = [] }, face) => {
        const expected = alone[photo]?.faces[face];
        expect(box).toEqual(expected?.box);
        expect(cosine(vector, expected?.vector ?? [])).toBeGreaterThan(0.999999);
      });
    });
  });

  /** How often the faces of a photo wait for those of others. */
  async function waits(analyze: () => Promise<unknown>): Promise<number> {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await analyze();
    const delays = timers.mock.calls.flatMap(([, ms = 0]) => (ms > 0 && ms <= 2 ? [ms] : []));
    timers.mockRestore();
    return delays.length;
  }

  it('lets a photo wait for no other when there is none', async () => {
    const { engine } = await load();
    const [photo = Buffer.alloc(0)] = await photos();
    expect(await waits(() => engine.analyze(photo, everything))).toBe(0);
  });

  it('runs nothing but what has been run over the golden crops before', async () => {
    const { engine, headRuns } = await load();
    expect(await engine.goldenCosine()).toBeGreaterThan(0.99999);
    expect(headRuns).toEqual([...CUDA_RUN_SIZES]);
    const bytes = await photos();
    await Promise.all([...bytes, ...bytes].map((photo) => engine.analyze(photo, everything)));
    for (const size of headRuns) expect(CUDA_RUN_SIZES).toContain(size);
  });

  it('runs a head that was exported for one image a run once for each face', async () => {
    const { engine, headRuns } = await load({ head: arcFaceLikeHead({ batch: 1 }) });
    const bytes = await photos();
    await Promise.all(bytes.map((photo) => engine.analyze(photo, everything)));
    expect(headRuns).toEqual(Array.from({ length: 15 }, () => 1));
  });

  it('does not let a photo wait for another that has failed or has no faces', async () => {
    const { engine } = await load();
    const [photo = Buffer.alloc(0)] = await photos();
    const results = await Promise.allSettled([
      engine.analyze(photo, everything),
      engine.analyze(Buffer.from('no picture'), everything),
      engine.analyze(await encodePng(plainPicture(200, 100)), everything),
      engine.analyze(photo, { ...everything, deadline: performance.now() - 1 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    // Nobody is expected any more.
    expect(await waits(() => engine.analyze(photo, everything))).toBe(0);
  });

  it('never uses several threads of the CPU', async () => {
    const { engine } = await load();
    await expect(engine.widen(2)).rejects.toThrow('not memory-mapped');
  });
});
