import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MappedFiles } from './mapped-files.js';

describe('MappedFiles', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mapped-files-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const write =
    (content: string) =>
    (target: string): Promise<void> =>
      writeFile(target, content);

  async function made(content: string, key = 'model'): Promise<string> {
    const path = await new MappedFiles(folder, key).make(write(content));
    if (path === undefined) throw new Error('the file was not made');
    return path;
  }

  it('finds nothing in an empty folder or in none', async () => {
    expect(await new MappedFiles(folder, 'model').find()).toBeUndefined();
    expect(await new MappedFiles(join(folder, 'none'), 'model').find()).toBeUndefined();
  });

  it('finds what another one made, and makes the folder', async () => {
    const inner = join(folder, 'a', 'b');
    const path = await new MappedFiles(inner, 'model').make(write('weights'));
    expect(await new MappedFiles(inner, 'model').find()).toBe(path);
    expect(await readFile(path ?? '', 'utf8')).toBe('weights');
    expect(await readdir(inner)).toHaveLength(1);
  });

  it('does not take the file of another model or machine', async () => {
    await made('weights', 'model-one');
    expect(await new MappedFiles(folder, 'model').find()).toBeUndefined();
    expect(await new MappedFiles(folder, 'model-two').find()).toBeUndefined();
  });

  it.each([
    ['changed in one byte', 'weightz'],
    ['cut off', 'wei'],
    ['emptied', ''],
    ['filled with zeros', '\0\0\0\0\0\0\0'],
  ])('removes a file that was %s', async (_what, damaged) => {
    const path = await made('weights');
    await writeFile(path, damaged);
    expect(await new MappedFiles(folder, 'model').find()).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes the whole one of two files', async () => {
    await writeFile(await made('first'), 'damaged');
    const path = await made('second');
    expect(await new MappedFiles(folder, 'model').find()).toBe(path);
  });

  it('leaves nothing behind when writing fails', async () => {
    const failing = async (target: string): Promise<void> => {
      await writeFile(target, 'half');
      throw new Error('disk full');
    };
    expect(await new MappedFiles(folder, 'model').make(failing)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('gives up where no folder can be', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await new MappedFiles(join(folder, 'file'), 'model').make(write('weights'))).toBeUndefined();
  });

  it('removes what a process that died left long ago, and not what another is writing now', async () => {
    const old = join(folder, 'old.tmp');
    await writeFile(old, 'half');
    const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(old, twoHoursAgo, twoHoursAgo);
    await writeFile(join(folder, 'new.tmp'), 'half');
    const path = await made('weights');
    expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual(
      [join(folder, 'new.tmp'), path].sort(),
    );
  });
});
