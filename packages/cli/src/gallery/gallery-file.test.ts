import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '@face-comparison/client';
import { removeTemporaryFolders, temporaryFolder } from '../../test/kit/folder.js';
import { GalleryFile } from './gallery-file.js';
import { photoLines, type Wanted } from './gallery-record.js';

afterAll(removeTemporaryFolders);

const WANTED: Wanted = { vectors: true, landmarks: false, quality: false, detail: 'normal', maxFaces: undefined };
const MODEL = { modelVersion: '2.0.0', embeddingSpace: '1111111111111111' };

function analysis(faces: number, model = MODEL): Analysis {
  const face = {
    ...model,
    boundingBox: { left: 0.1, top: 0.1, width: 0.2, height: 0.2 },
    confidence: 0.99,
    vector: Float32Array.of(1, 0),
  };
  return { ...model, requestId: '', serverTiming: [], faces: Array.from({ length: faces }, () => face) };
}
const linesOf = (image: string, faces: number, sha256 = 'aa'): string =>
  photoLines(image, sha256, analysis(faces), WANTED);
const imagesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const record = JSON.parse(line) as { id?: string; image: string };
      return record.id ?? record.image;
    });

let path: string;
beforeEach(() => (path = join(temporaryFolder(), 'gallery.jsonl')));

describe('a gallery', () => {
  it('has the photos in their order, in whichever they got done, and photos without a face too', async () => {
    const gallery = await GalleryFile.open(path, false);
    await gallery.add('c', linesOf('c', 1));
    await gallery.add('a', linesOf('a', 2));
    await gallery.add('b', linesOf('b', 0));
    expect(existsSync(path)).toBe(false);
    await gallery.finish(['a', 'b', 'c']);
    expect(imagesOf(path)).toEqual(['a#1', 'a#2', 'b', 'c#1']);
    expect(existsSync(`${path}.partial`)).toBe(false);
  });

  it('that was stopped goes on; a photo that was not finished, and a torn line, are done again', async () => {
    const first = await GalleryFile.open(path, false);
    await first.add('a', linesOf('a', 2));
    await first.leave();
    const [oneOfTwo = ''] = linesOf('b', 2).split(/(?<=\n)/);
    appendFileSync(`${path}.partial`, `${oneOfTwo}{"image":"b","sha`);
    const second = await GalleryFile.open(path, false);
    expect([second.isDone('a', 'aa', WANTED), second.isDone('b', 'aa', WANTED)]).toEqual([true, false]);
    await second.add('b', linesOf('b', 2));
    await second.finish(['a', 'b']);
    expect(imagesOf(path)).toEqual(['a#1', 'a#2', 'b#1', 'b#2']);
  });

  it('that is finished takes more; photos that changed since, or of which more is asked, are not done', async () => {
    const first = await GalleryFile.open(path, false);
    await first.add('a', linesOf('a', 1));
    await first.add('empty', linesOf('empty', 0));
    await first.finish(['a', 'empty']);
    const second = await GalleryFile.open(path, false);
    expect(second.model).toMatchObject(MODEL);
    expect(second.isDone('a', 'aa', WANTED)).toBe(true);
    expect(second.isDone('a', 'bb', WANTED)).toBe(false);
    expect(second.isDone('a', 'aa', { ...WANTED, quality: true })).toBe(false);
    expect(second.isDone('a', 'aa', { ...WANTED, detail: 'high' })).toBe(false);
    expect(second.isDone('a', 'aa', { ...WANTED, maxFaces: 1 })).toBe(false);
    expect(second.isDone('empty', 'aa', { ...WANTED, quality: true })).toBe(true);
    expect(second.countOthers(new Set(['a', 'b']))).toBe(1);
    await second.add('b', linesOf('b', 1));
    await second.add('a', linesOf('a', 2, 'bb'));
    await second.finish(['a', 'b']);
    expect(imagesOf(path)).toEqual(['empty', 'a#1', 'a#2', 'b#1']);
  });

  it('of which all is done stays the same file', async () => {
    const first = await GalleryFile.open(path, false);
    await first.add('a', linesOf('a', 1));
    await first.finish(['a']);
    const before = readFileSync(path);
    const second = await GalleryFile.open(path, false);
    await second.finish(['a']);
    expect(readFileSync(path)).toEqual(before);
  });

  it('can be begun anew', async () => {
    const first = await GalleryFile.open(path, false);
    await first.add('a', linesOf('a', 1));
    await first.finish(['a']);
    const second = await GalleryFile.open(path, true);
    expect(second.has('a')).toBe(false);
    await second.add('b', linesOf('b', 1));
    await second.finish(['b']);
    expect(imagesOf(path)).toEqual(['b#1']);
  });

  it('is not mistaken for another file', async () => {
    writeFileSync(path, 'my notes\n');
    await expect(GalleryFile.open(path, false)).rejects.toThrow('line 1 is something else');
    expect(readFileSync(path, 'utf8')).toBe('my notes\n');
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('never has vectors of two spaces', async () => {
    const other = analysis(1, { modelVersion: '3.0.0', embeddingSpace: '2222222222222222' });
    writeFileSync(path, linesOf('a', 1) + photoLines('b', 'aa', other, WANTED));
    await expect(GalleryFile.open(path, false)).rejects.toThrow('mixes vectors of two spaces');
  });
});
