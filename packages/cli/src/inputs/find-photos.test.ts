import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPhotos } from './find-photos.js';
import { readPhoto } from './read-photo.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-photos-'));
  mkdirSync(join(folder, 'b/c'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  for (const name of ['z.jpg', 'a.PNG', 'notes.txt', 'B.jpeg', 'b/2.bmp', 'b/c/1.jpg', 'odd name']) {
    writeFileSync(join(folder, name), name === 'z.jpg' ? '' : 'x');
  }
  symlinkSync(folder, join(folder, 'b/loop'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const find = async (...args: string[]): Promise<string[]> =>
  (await findPhotos(args.map((path) => join(folder, path)))).map((path) => path.slice(folder.length + 1));

describe('photos', () => {
  it('of a folder are found by their names, in all folders below, in the same order everywhere', async () => {
    expect(await find('')).toEqual(['B.jpeg', 'a.PNG', 'b/2.bmp', 'b/c/1.jpg', 'z.jpg']);
  });

  it('that are named are taken whatever their names, each once, in the order given', async () => {
    expect(await find('odd name', 'z.jpg', 'b', 'z.jpg')).toEqual(['odd name', 'z.jpg', 'b/2.bmp', 'b/c/1.jpg']);
  });

  it('are found by a pattern that the shell left alone', async () => {
    expect(await find('**/*.jpg')).toEqual(['b/c/1.jpg', 'z.jpg']);
  });

  it('may be URLs, which are not looked for', async () => {
    expect(await findPhotos(['https://example.com/a.jpg?x=1', 's3://bucket/b.jpg'])).toHaveLength(2);
  });

  it.each([
    ['nothing.jpg', /There is no file or folder/],
    ['*.gif', /No file matches/],
    ['empty', /has no photos/],
  ])('that are not there are an error: %s', async (path, message) => {
    await expect(find(path)).rejects.toThrow(message);
  });
});

describe('a photo', () => {
  it('is read with its digest', async () => {
    const { photo, sha256 } = await readPhoto(join(folder, 'a.PNG'));
    expect(photo).toHaveLength(1);
    expect(sha256).toBe('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
  });

  it.each([
    ['gone.jpg', /There is no file/],
    ['empty', /is a folder/],
    ['z.jpg', /is empty/],
  ])('that cannot be read says why: %s', async (path, message) => {
    await expect(readPhoto(join(folder, path))).rejects.toThrow(message);
  });
});
