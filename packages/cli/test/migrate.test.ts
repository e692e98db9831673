import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosine, parse } from '@face-comparison/client';
import { removeTemporaryFolders, temporaryFolder } from './kit/folder.js';
import { Gate } from './kit/gate.js';
import { Program, run, type Result } from './kit/program.js';
import { DEFAULT, FLOAT32, LITE, PHOTOS, Server } from './kit/server.js';
import { until } from './kit/until.js';

/** A line of a gallery, with what an application might have added. */
interface Line {
  readonly id: string;
  readonly image: string;
  readonly face: string;
  readonly boundingBox?: { readonly left: number };
  readonly name?: string;
  readonly matchedBy?: string;
  readonly migratedFrom?: string;
}

let server: Server;
let env: Record<string, string>;
/** Galleries of the first sample photos, with nine faces, as both versions make them. */
let old: Line[];
let fresh: Line[];

const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

beforeAll(async () => {
  server = await Server.start({ models: [DEFAULT, LITE, FLOAT32] });
  env = { FACE_COMPARISON_URL: server.url };
  const galleryOf = async (version: string): Promise<Line[]> => {
    const path = join(temporaryFolder(), 'gallery.jsonl');
    const args = ['analyze', 'sample[123].jpg', '--jsonl', path, '--model-version', version];
    expect((await run(args, { env, cwd: PHOTOS })).code).toBe(0);
    return linesOf(path);
  };
  old = await galleryOf(DEFAULT.version);
  fresh = await galleryOf(LITE.version);
});
afterAll(async () => {
  await server.stop();
  removeTemporaryFolders();
});

/** A folder with a gallery, and photos in `photos`. */
class Case {
  readonly folder = temporaryFolder();
  readonly input = join(this.folder, 'in.jsonl');
  readonly output = join(this.folder, 'out.jsonl');
  readonly photos = join(this.folder, 'photos');

  constructor(lines: readonly unknown[]) {
    this.write(lines);
    mkdirSync(this.photos);
    for (let n = 1; n <= 6; n++) copyFileSync(join(PHOTOS, `sample${n}.jpg`), join(this.photos, `sample${n}.jpg`));
  }

  write(lines: readonly unknown[]): void {
    writeFileSync(this.input, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  args(output: string, ...more: string[]): string[] {
    const to = more.includes('--to') ? [] : ['--to', LITE.version];
    const files = ['--in', this.input, '--out', output, '--images', this.photos];
    return ['migrate', '--from', DEFAULT.version, ...to, ...files, ...more];
  }

  migrate(...more: string[]): Promise<Result> {
    return run(this.args(this.output, ...more), { env });
  }

  get report(): { left: { line: number; reason: string }[]; flagged: { line: number; matchedBy: string }[] } {
    return JSON.parse(readFileSync(`${this.output}.report.json`, 'utf8')) as Case['report'];
  }
}

const lineOf = (id: string): Line => {
  const found = old.find((line) => line.id === id);
  if (found === undefined) throw new Error(`the sample photos have no face ${id}`);
  return found;
};
/** The face by its vector in both spaces: `line` must be what the new version makes of the face `id`. */
function expectToBe(line: Line | undefined, id: string): void {
  const expected = fresh.find((candidate) => candidate.id === id);
  expect(cosine(parse(line?.face ?? ''), parse(expected?.face ?? ''))).toBeGreaterThan(0.999);
}

describe('a migrated gallery', () => {
  it('has for each face what the new version makes of it, in the same order, with what others wrote', async () => {
    // Mixed up, and with misleading boxes: the vector tells which face it is.
    const lines = old.map((line, i) => ({ ...line, name: `person ${i}`, boundingBox: old[0]?.boundingBox })).reverse();
    const test = new Case(lines);
    const { output, photos } = test;
    const { code, stdout } = await test.migrate();
    expect([code, stdout]).toEqual([0, `${output}: 9 faces migrated (9 by vector).\n`]);
    const migrated = linesOf(output);
    expect(migrated.map(({ id, name }) => [id, name])).toEqual(lines.map(({ id, name }) => [id, name]));
    for (const line of migrated) {
      expectToBe(line, line.id);
      expect(line).toMatchObject({ migratedFrom: DEFAULT.version, matchedBy: 'vector', modelVersion: LITE.version });
      expect(line.boundingBox).toEqual(fresh.find(({ id }) => id === line.id)?.boundingBox);
    }
    rmSync(photos, { recursive: true });
    mkdirSync(photos);
    const again = await test.migrate();
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('is complete already')]);
  });

  it('is the same after kill -9 and going on as in one run', async () => {
    const test = new Case(old);
    expect((await test.migrate()).code).toBe(0);
    const parts = join(test.folder, 'parts.jsonl');
    // The first photo is sent to both versions, the second to none.
    const gate = await Gate.before(server.url, { photos: 2 });
    const killed = new Program(test.args(parts, '--concurrency', '1', '--url', gate.url));
    await until(
      'some faces are migrated',
      () => existsSync(`${parts}.journal`) && statSync(`${parts}.journal`).size > 600,
    );
    killed.child.kill('SIGKILL');
    expect((await killed.result).signal).toBe('SIGKILL');
    await gate.close();
    expect(existsSync(parts)).toBe(false);
    const resumed = await run(test.args(parts), { env });
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/[1-9]\d* of 9 faces were migrated before; going on\./);
    expect(readFileSync(parts)).toEqual(readFileSync(test.output));
  });

  it('has no vector that could not be made; the report says which and why; they are tried again', async () => {
    const one = lineOf('sample1.jpg#1');
    const test = new Case([
      one,
      { ...lineOf('sample2.jpg#1'), image: 'gone.jpg' },
      { ...lineOf('sample3.jpg#1'), image: 'sample4.jpg' },
      { ...one, image: 'text.jpg' },
      { id: 'no vector', image: 'sample1.jpg' },
      { ...fresh[3], id: 'new already' },
    ]);
    writeFileSync(join(test.photos, 'text.jpg'), 'no photo');
    const { code, stdout } = await test.migrate();
    expect(code).toBe(1);
    expect(stdout).toContain('1 faces migrated (1 by vector).\n1 were of the new version already.\n4 could not be');
    expect(test.report.left.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'photo_missing'],
      [3, 'face_not_in_photo'],
      [4, 'photo_unusable'],
      [5, 'not_a_record'],
    ]);
    expect(linesOf(test.output).map(({ id }) => id)).toEqual([one.id, 'new already']);
    expect(new Set(linesOf(test.output).map(({ face }) => parse(face).embeddingSpace)).size).toBe(1);

    copyFileSync(join(test.photos, 'sample2.jpg'), join(test.photos, 'gone.jpg'));
    copyFileSync(join(test.photos, 'sample1.jpg'), join(test.photos, 'text.jpg'));
    const [first, second, , fourth, , last] = readFileSync(test.input, 'utf8').split('\n');
    writeFileSync(test.input, [first, second, '', fourth, '', last].join('\n'));
    const again = await test.migrate();
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('1 of 3 faces were migrated before')]);
    expect(linesOf(test.output)).toHaveLength(4);
  });

  it('is not written over a file of something else, nor by an unknown version', async () => {
    const test = new Case(old.slice(0, 1));
    writeFileSync(test.output, 'mine\n');
    expect((await test.migrate()).stderr).toContain(`${test.output} is there already`);
    expect(readFileSync(test.output, 'utf8')).toBe('mine\n');
    const unknown = await test.migrate('--to', '9.9.9');
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/Version 9\.9\.9 is not loaded.*\n.*--to/),
    ]);
    expect((await run(['migrate', '--from', '1', '--to', '2', '--in', 'x'])).stderr).toContain(
      '--out FILE is missing.',
    );
  });

  it('is not needed between versions whose vectors can be compared, which is said', async () => {
    await until('the parity of float32 was measured', async () => {
      const models = JSON.parse((await run(['models', '--json'], { env })).stdout) as { comparableWith: string[] }[];
      return models.some(({ comparableWith }) => comparableWith.length > 1);
    });
    const test = new Case(old.slice(0, 1));
    const { code, stderr } = await test.migrate('--to', FLOAT32.version);
    expect([code, stderr]).toEqual([0, expect.stringContaining('this migration is possible, not needed')]);
  });
});

describe('without the old version', () => {
  // The engine in-process with the new version only: the old one is nowhere.
  const local = ['--local', '--model', LITE.manifest];

  it('faces are found by their boxes, or guessed and flagged, or left with --no-guess', async () => {
    const { id, image, face } = lineOf('sample2.jpg#2');
    const boxless = { id, image, face };
    const test = new Case([lineOf('sample1.jpg#3'), boxless]);
    const { code, stdout, stderr } = await test.migrate(...local);
    expect([code, stderr]).toEqual([0, expect.stringContaining('found again by their boxes')]);
    expect(stdout).toContain('1 are guesses');
    expect(linesOf(test.output).map(({ matchedBy }) => matchedBy)).toEqual(['box', 'largest-face']);
    expectToBe(linesOf(test.output)[0], 'sample1.jpg#3');
    expect(test.report.flagged).toMatchObject([{ line: 2, matchedBy: 'largest-face' }]);

    const strict = new Case([lineOf('sample1.jpg#3'), boxless]);
    expect((await strict.migrate(...local, '--no-guess')).code).toBe(1);
    expect(strict.report.left).toMatchObject([{ line: 2, reason: 'face_not_in_photo' }]);
  });

  it('a photo that was replaced is left alone', async () => {
    const test = new Case([lineOf('sample1.jpg#1')]);
    copyFileSync(join(test.photos, 'sample2.jpg'), join(test.photos, 'sample1.jpg'));
    expect((await test.migrate(...local)).code).toBe(1);
    expect(test.report.left).toMatchObject([{ line: 1, reason: 'photo_changed' }]);
  });
});
