import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { DEFAULT_MODEL, goldenPhotos, goldenPicture, readModel, type GoldenPhoto } from '../test/default-model.js';
import { cut, encodeJpeg, encodePng, paste, plainPicture, resized } from '../test/pictures.js';
import { FACES_PER_RUN } from './embedder.js';
import { DeadlineError } from './engine-error.js';
import { Engine, type AnalyzedFace, type AnalyzeOptions } from './engine.js';
import { decodeImage } from './image/decode-image.js';
import { cosine, similarity } from './similarity.js';
import { TwoWidthSession } from './width.js';

const VARIANTS = resolve(import.meta.dirname, '../../../.cache/models');
const INT8 = resolve(import.meta.dirname, '../../../models/default-int8');

const everything: AnalyzeOptions = { maxFaces: 100, embed: true, quality: false, landmarks: true, detail: 'normal' };

describe('an engine with the default model', () => {
  let engine: Engine;
  let photos: GoldenPhoto[];
  let cacheDir: string;
  beforeAll(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'engine-'));
    engine = await Engine.load(await readModel(DEFAULT_MODEL), { cacheDir });
    photos = await goldenPhotos(engine.vectorLength);
  });
  afterAll(async () => {
    await engine.close();
    await rm(cacheDir, { recursive: true, force: true });
  });

  it('finds the 22 faces of the golden photos and no other, and gives their vectors', async () => {
    let lowest = 1;
    let count = 0;
    for (const photo of photos) {
      const { faces, width, height } = await engine.analyze(photo.bytes, everything);
      expect([width, height]).toEqual([photo.width, photo.height]);
      expect(faces).toHaveLength(photo.faces.length);
      photo.faces.forEach((expected, i) => {
        const face = faces[i];
        if (face?.vector === undefined) throw new Error(`${photo.name}: no vector for face ${i}`);
        count++;
        const faceWidth = expected.box[2] - expected.box[0];
        const { x1, y1, x2, y2 } = face.box;
        [x1, y1, x2, y2].forEach((value, k) => {
          expect(Math.abs(value - (expected.box[k] ?? Number.NaN))).toBeLessThan(0.01 * faceWidth);
        });
        face.landmarks.forEach(({ x, y }, k) => {
          const point = expected.landmarks[k] ?? { x: Number.NaN, y: Number.NaN };
          expect(Math.hypot(x - point.x, y - point.y)).toBeLessThan(0.02 * faceWidth);
        });
        expect(Math.abs(face.score - expected.confidence)).toBeLessThan(0.005);
        lowest = Math.min(lowest, cosine(face.vector, expected.vector));
      });
    }
    expect(count).toBe(22);
    // Measured: 0.9956. The photo is shrunk for the detector by another resizer than the reference's.
    expect(lowest).toBeGreaterThan(0.99);
  });

  it('finds the people of one photo dissimilar, and each similar to itself in another form of the photo', async () => {
    const { calibration } = engine.model.manifest;
    for (const photo of photos.slice(3)) {
      const smaller = await resized(await decodeImage(photo.bytes), photo.width / 2, Math.round(photo.height / 2));
      const { faces } = await engine.analyze(await encodeJpeg(smaller), everything);
      for (const { vector } of photo.faces) {
        const similarities = faces.map((face) => similarity(vector, face.vector ?? [], calibration));
        const [best = 0, second = 0] = similarities.sort((a, b) => b - a);
        expect(best).toBeGreaterThan(99);
        // At the default threshold one pair of strangers in a thousand is taken for one person; there are 231 here.
        expect(second).toBeLessThan(90);
      }
    }
  });

  it('confirms the golden crops of its own model', async () => {
    expect(await engine.goldenCosine()).toBeGreaterThanOrEqual(engine.model.manifest.golden.minCosine);
  });

  it('gives the same vectors with several threads as with one, and goes from one to the other in the middle of a photo', async () => {
    const wide = await Engine.load(await readModel(DEFAULT_MODEL), { cacheDir });
    const [photo] = photos;
    const analyze = async (): Promise<AnalyzedFace[]> => [
      ...(await wide.analyze(photo?.bytes ?? new Uint8Array(), everything)).faces,
    ];
    const narrowFaces = await analyze();
    await wide.widen(2);
    wide.goWide();
    const wideFaces = await analyze();
    const runs = jest.spyOn(TwoWidthSession.prototype, 'run');
    const both = analyze();
    // The first run has ended and the second is about to begin.
    while (runs.mock.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
    runs.mockRestore();
    await wide.goNarrow();
    const mixedFaces = await both;
    for (const faces of [wideFaces, mixedFaces]) {
      expect(faces).toHaveLength(narrowFaces.length);
      faces.forEach(({ vector = [] }, i) => {
        expect(cosine(vector, narrowFaces[i]?.vector ?? [])).toBeGreaterThan(0.99999);
      });
    }
    await wide.close();
  });

  it('does not load its graphs a second time where that would copy their weights', async () => {
    const copied = await Engine.load(await readModel(join(VARIANTS, 'lite')));
    await expect(copied.widen(2)).rejects.toThrow('not memory-mapped');
    await copied.close();
  });

  it('measures that the float32 variant is comparable, and that the lite variant is not', async () => {
    expect(await engine.goldenCosine(await readModel(join(VARIANTS, 'float32')))).toBeGreaterThan(0.99999);
    expect(await engine.goldenCosine(await readModel(join(VARIANTS, 'lite')))).toBeNull();
    const lite = await Engine.load(await readModel(join(VARIANTS, 'lite')), { cacheDir });
    expect(lite.vectorLength).toBe(128);
    expect(await lite.goldenCosine()).toBeGreaterThanOrEqual(lite.model.manifest.golden.minCosine);
    expect(await lite.goldenCosine(engine.model)).toBeNull();
    await lite.close();
  });

  it('measures that the int8 bundle is as close as it says, and confirms its golden crops', async () => {
    const int8 = await Engine.load(await readModel(INT8), { cacheDir });
    const { comparableWith, golden } = int8.model.manifest;
    const declared = comparableWith?.find(({ space }) => space === engine.model.space)?.minCosine;
    expect(declared).toBeGreaterThanOrEqual(0.99);
    // Measured: 0.9972, with and without VNNI instructions.
    expect(await int8.goldenCosine(engine.model)).toBeGreaterThanOrEqual(declared ?? 1);
    expect(await int8.goldenCosine()).toBeGreaterThanOrEqual(golden.minCosine);
    await int8.close();
  });

  it.each([-35, -20, 20, 35])(
    'gives a head that is tilted by %i degrees a vector of the same person',
    async (degrees) => {
      const photo = photos[2];
      const face = photo?.faces[2];
      if (photo === undefined || face === undefined) throw new Error('no face');
      const { box, vector } = face;
      const side = Math.round(2.5 * (box[2] - box[0]));
      const [left, top] = [Math.round((box[0] + box[2] - side) / 2), Math.round((box[1] + box[3] - side) / 2)];
      const { data, width, height } = cut(await goldenPicture(photo.name), left, top, side, side);
      const tilted = await sharp(data, { raw: { width, height, channels: 3 } })
        .rotate(degrees)
        .png()
        .toBuffer();
      const [found] = (await engine.analyze(tilted, everything)).faces;
      // At 35 degrees 0.92 and 0.95; with one look 0.88 and 0.89.
      expect(cosine(found?.vector ?? [], vector)).toBeGreaterThan(0.905);
    },
  );

  it('gives the faces of a crowd the vectors that they get alone', async () => {
    const crowd = plainPicture(2048, 1366);
    const cell = await resized(await goldenPicture('sample5.jpg'), 1024, 683);
    for (const [left, top] of [
      [0, 0],
      [1024, 0],
      [0, 683],
    ] as const) {
      paste(crowd, cell, left, top);
    }
    const bytes = await encodePng(crowd);
    const { faces } = await engine.analyze(bytes, everything);
    expect(faces.length).toBeGreaterThan(FACES_PER_RUN.cpu);
    const sizes = faces.map(({ box }) => (box.x2 - box.x1) * (box.y2 - box.y1));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    for (const maxFaces of [1, FACES_PER_RUN.cpu + 1]) {
      const { faces: largest } = await engine.analyze(bytes, { ...everything, maxFaces });
      expect(largest).toHaveLength(maxFaces);
      largest.forEach(({ vector = [] }, i) => {
        expect(cosine(vector, faces[i]?.vector ?? [])).toBeGreaterThan(0.999999);
      });
    }
  });

  it('gives a face that fills a large photo a vector of the same person', async () => {
    const photo = photos[5];
    const face = photo?.faces[0];
    if (photo === undefined || face === undefined) throw new Error('no face');
    const large = await resized(await goldenPicture(photo.name), photo.width * 2, photo.height * 2);
    const { faces } = await engine.analyze(await encodeJpeg(large), everything);
    expect(cosine(faces[0]?.vector ?? [], face.vector)).toBeGreaterThan(0.98);
  });

  it.each([
    [1, 1],
    [1, 4096],
    [4096, 1],
  ])('finds no face in a picture of %i x %i and does not fail', async (width, height) => {
    const bytes = await encodePng(plainPicture(width, height, [200, 150, 120]));
    expect(await engine.analyze(bytes, { ...everything, quality: true, detail: 'high' })).toMatchObject({
      width,
      height,
      faces: [],
    });
  });

  it('refuses a picture that is larger than it was told to take', async () => {
    await expect(engine.analyze(await encodePng(plainPicture(4097, 2)), everything)).rejects.toMatchObject({
      code: 'image_dimensions_exceeded',
    });
  });

  it('gives up when the deadline has passed', async () => {
    const [photo] = photos;
    if (photo === undefined) throw new Error('no photo');
    const late = engine.analyze(photo.bytes, { ...everything, deadline: performance.now() - 1 });
    await expect(late).rejects.toThrow(DeadlineError);
    const inTime = engine.analyze(photo.bytes, { ...everything, deadline: performance.now() + 3_600_000 });
    expect((await inTime).faces).toHaveLength(3);
  });

  it('says how long each step took', async () => {
    const [photo] = photos;
    const { timings } = await engine.analyze(photo?.bytes ?? new Uint8Array(), everything);
    expect(Object.keys(timings)).toEqual(['decodeMs', 'detectMs', 'embedMs']);
    for (const milliseconds of Object.values(timings)) expect(milliseconds).toBeGreaterThan(0);
  });
});
