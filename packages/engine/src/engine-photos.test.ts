import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { DEFAULT_MODEL, goldenPhotos, readModel, type GoldenPhoto } from '../test/default-model.js';
import { withConvertedLineEndings, withLost, withOverwritten, withoutEnd } from '../test/damage.js';
import { encodePng, plainPicture } from '../test/pictures.js';
import { Engine, type Analysis, type AnalyzedFace, type AnalyzeOptions } from './engine.js';
import { area, distance } from './geometry.js';
import { cosine } from './similarity.js';

const everything: AnalyzeOptions = { maxFaces: 100, embed: true, quality: true, landmarks: true, detail: 'normal' };
const boxesOnly: AnalyzeOptions = { ...everything, embed: false, quality: false, landmarks: false };

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

function goldenPhoto(index: number): GoldenPhoto {
  const photo = photos[index];
  if (photo === undefined) throw new Error(`there is no golden photo ${index}`);
  return photo;
}

describe('a photo larger than 4096 pixels', () => {
  it.each([
    [5712, 4284],
    [8160, 6144],
  ])('has the faces and vectors of the original: %i x %i', async (width, height) => {
    const photo = goldenPhoto(4);
    const original = await engine.analyze(photo.bytes, everything);
    // The whole photo, with a margin below that brings it to the sides of a phone's.
    const scale = width / photo.width;
    const below = height - Math.round(photo.height * scale);
    expect(below).toBeGreaterThanOrEqual(0);
    const bytes = await sharp(photo.bytes)
      .resize(width, height - below, { fit: 'fill' })
      .extend({ bottom: below, background: '#777777' })
      .jpeg({ quality: 90 })
      .toBuffer();
    const large = await engine.analyze(bytes, everything);
    expect([large.width, large.height]).toEqual([width, height]);
    expect(large.faces).toHaveLength(original.faces.length);
    for (const face of original.faces) {
      const same = nearest(large, scale, face);
      const faceWidth = face.box.x2 - face.box.x1;
      // In pixels of the upright photo, however it was decoded.
      expect((same.box.x2 - same.box.x1) / scale / faceWidth).toBeGreaterThan(0.95);
      expect((same.box.x2 - same.box.x1) / scale / faceWidth).toBeLessThan(1.05);
      expect(cosine(same.vector ?? [], face.vector ?? [])).toBeGreaterThan(0.97);
      expect(same.quality?.brightness).toBeCloseTo(face.quality?.brightness ?? 0, -1);
      expect(Math.abs((same.quality?.sharpness ?? 0) - (face.quality?.sharpness ?? 0))).toBeLessThan(30);
    }
  });

  it('may be a strip', async () => {
    const bytes = await sharp(goldenPhoto(0).bytes).resize(16_384, 100, { fit: 'fill' }).jpeg().toBuffer();
    expect(await engine.analyze(bytes, everything)).toMatchObject({ width: 16_384, height: 100 });
  });

  it('is refused as a JPEG of 16,385 pixels, and as a PNG of 4,097', async () => {
    const jpeg = await sharp(goldenPhoto(0).bytes).resize(16_385, 16, { fit: 'fill' }).jpeg().toBuffer();
    await expect(engine.analyze(jpeg, boxesOnly)).rejects.toMatchObject({
      code: 'image_dimensions_exceeded',
      message: expect.stringContaining('is 16385x16 pixels; the longest side of a JPEG may be 16384 pixels') as string,
    });
    await expect(engine.analyze(await encodePng(plainPicture(4097, 2)), boxesOnly)).rejects.toMatchObject({
      code: 'image_dimensions_exceeded',
      message: expect.stringContaining('is 4097x2 pixels; the longest side of a PNG may be 4096 pixels') as string,
    });
  });
});

describe('the reference face of a group photo', () => {
  it('is one face, whatever maxFaces says, and the areas of all that were found come with it', async () => {
    const { bytes, faces } = goldenPhoto(3);
    const all = await engine.analyze(bytes, everything);
    const reference = await engine.analyze(bytes, { ...everything, maxFaces: 3, pick: 'reference' });
    expect(reference.faces).toHaveLength(1);
    expect(reference.foundAreas).toHaveLength(faces.length);
    expect(reference.foundAreas).toEqual(all.faces.map(({ box }) => area(box)));
    const [face] = reference.faces;
    expect(all.faces.map(({ box }) => box)).toContainEqual(face?.box);
    expect(face?.vector).toHaveLength(engine.vectorLength);
  });

  it('is the same person in every size and quality of a photo of people who are equally large', async () => {
    let changedLargest = 0;
    for (const photo of [goldenPhoto(1), goldenPhoto(3), goldenPhoto(4)]) {
      const picked = async (bytes: Buffer, pick: 'largest' | 'reference'): Promise<Analysis> =>
        engine.analyze(bytes, { ...boxesOnly, maxFaces: 1, pick });
      const reference = await picked(photo.bytes, 'reference');
      const largest = await picked(photo.bytes, 'largest');
      for (const scale of [0.35, 0.5, 0.7, 1]) {
        for (const quality of [50, 75, 92]) {
          const bytes = await sharp(photo.bytes)
            .resize(Math.round(photo.width * scale))
            .jpeg({ quality })
            .toBuffer();
          expect(isSamePerson(await picked(bytes, 'reference'), reference)).toBe(true);
          if (!isSamePerson(await picked(bytes, 'largest'), largest)) changedLargest++;
        }
      }
    }
    // The rule that this replaces.
    expect(changedLargest).toBeGreaterThan(5);
  });
});

describe('a minimum confidence', () => {
  it('leaves faces out before they are counted and picked', async () => {
    const { bytes } = goldenPhoto(3);
    const { faces } = await engine.analyze(bytes, boxesOnly);
    const [lowest = 0, next = 0] = faces.map(({ score }) => score).sort((a, b) => a - b);
    const minConfidence = (lowest + next) / 2;
    const confident = await engine.analyze(bytes, { ...boxesOnly, minConfidence });
    expect(confident.faces).toHaveLength(faces.length - 1);
    expect(confident.foundAreas).toHaveLength(faces.length - 1);
    expect(await engine.analyze(bytes, { ...boxesOnly, minConfidence: 1, pick: 'reference' })).toMatchObject({
      faces: [],
      foundAreas: [],
    });
  });
});

it('never answers for a damaged photo as if it were whole', async () => {
  const { bytes } = goldenPhoto(0);
  for (const damaged of [withConvertedLineEndings(bytes), withLost(bytes, 0.3), withOverwritten(bytes, 0.3)]) {
    await expect(engine.analyze(damaged, everything)).rejects.toMatchObject({ code: 'image_undecodable' });
  }
  const whole = await engine.analyze(bytes, everything);
  const complete = await engine.analyze(withoutEnd(bytes), everything);
  expect(complete.faces).toEqual(whole.faces);
});

/** The face of a photo that is scaled, at the place of a face of the original. */
function nearest({ faces }: Analysis, scale: number, { landmarks }: AnalyzedFace): AnalyzedFace {
  const [{ x, y }] = landmarks;
  const away = (face: AnalyzedFace): number => distance(face.landmarks[0], { x: x * scale, y: y * scale });
  const [first] = faces.toSorted((a, b) => away(a) - away(b));
  if (first === undefined) throw new Error('no face was found');
  return first;
}

/** Whether the first faces of two sizes of one photo are at the same place. */
function isSamePerson(a: Analysis, b: Analysis): boolean {
  const place = ({ faces, width, height }: Analysis): { x: number; y: number; width: number } => {
    const box = faces[0]?.box ?? { x1: 0, x2: 0, y1: 0, y2: 0 };
    return { x: (box.x1 + box.x2) / 2 / width, y: (box.y1 + box.y2) / 2 / height, width: (box.x2 - box.x1) / width };
  };
  return distance(place(a), place(b)) < 0.6 * place(b).width;
}
