import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@face-comparison/client';
import { decode } from 'fast-png';
import { removeTemporaryFolders, temporaryFolder } from './kit/folder.js';
import { Gate } from './kit/gate.js';
import { Program, run, type Result } from './kit/program.js';
import { DEFAULT, LITE, photo, PHOTOS, Server } from './kit/server.js';
import { until } from './kit/until.js';

let server: Server;
let env: Record<string, string>;

beforeAll(async () => {
  server = await Server.start({ models: [LITE, DEFAULT] });
  env = { FACE_COMPARISON_URL: server.url };
});
afterAll(async () => {
  await server.stop();
  removeTemporaryFolders();
});

const sample = (n: number): string => join(PHOTOS, `sample${n}.jpg`);
const face = (...args: string[]): Promise<Result> => run(args, { env });

/** A folder with photos, some of them twice under other names. */
function photoFolder(count: number): string {
  const folder = join(temporaryFolder(), 'photos');
  mkdirSync(folder);
  for (let i = 0; i < count; i++) {
    copyFileSync(sample(1 + (i % 6)), join(folder, `${String(i).padStart(2, '0')}.jpg`));
  }
  return folder;
}

describe('compare', () => {
  it('ends with 0 when it is the same person', async () => {
    const { code, stdout, stderr } = await face('compare', sample(1), sample(1));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^The same person: similarity 100 of 100, threshold \d+\.\n/);
    expect(stdout).toMatch(/reached by 1 in [\d,]+ pairs of strangers/);
    expect(stdout).toContain('3 faces; 1 of them reaches the threshold');
  });

  it('ends with 1 when it is not, by the threshold given', async () => {
    const strict = await face('compare', sample(1), sample(2), '--json');
    const answer = JSON.parse(strict.stdout) as { same: boolean; similarity: number; target: { faces: unknown[] } };
    expect([strict.code, answer.same]).toEqual([1, false]);
    expect(answer.target.faces).toHaveLength(3);
    const lax = await face('compare', sample(1), sample(2), '--threshold', String(Math.floor(answer.similarity)));
    expect(lax.code).toBe(0);
    expect((await face('compare', sample(1), sample(1), '--model-version', '2.0.0')).code).toBe(0);
  });

  it.each([
    ['a file that is not there', ['gone.jpg', 'gone.jpg'], 'There is no file gone.jpg.'],
    ['a file that is no photo', [__filename, sample(1)], `${__filename}: the image is text; expected a JPEG`],
    ['one photo', [sample(1)], 'compare takes two photos, and 1 came.'],
    ['a threshold that is none', [sample(1), sample(1), '--threshold', '101'], 'must be a number from 0 to 100'],
    ['a version that is not loaded', [sample(1), sample(1), '--model-version', '9'], '2.0.0-lite, 2.0.0'],
    ['an option that there is not', [sample(1), sample(1), '--frob'], "Unknown option '--frob'"],
  ])('ends with 2 and a sentence for %s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await face('compare', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });

  it('ends with 2 when there is no face to compare', async () => {
    const folder = temporaryFolder();
    const grey = join(folder, 'grey.bmp');
    const bmp = Buffer.alloc(54 + 64 * 64 * 3, 128);
    bmp.write('BM');
    [bmp.length, 0, 54, 40, 64, 64].forEach((value, i) => bmp.writeUInt32LE(value, 2 + 4 * i));
    bmp.writeUInt32LE(1 + (24 << 16), 26);
    bmp.fill(0, 30, 54);
    writeFileSync(grey, bmp);
    const source = await face('compare', grey, sample(1));
    expect([source.code, source.stderr]).toEqual([2, `face-comparison: ${grey}: no face was found in the photo.\n`]);
    const target = await face('compare', sample(1), grey);
    expect([target.code, target.stderr]).toEqual([
      2,
      `face-comparison: No face was found in ${grey}, so there is nothing to compare.\n`,
    ]);
  });

  it('says how to go on when no service runs', async () => {
    const { code, stderr } = await run(['compare', sample(1), sample(1), '--url', 'http://127.0.0.1:9']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/at http:\/\/127\.0\.0\.1:9 .*\n.*npm start.*--local/);
  });
});

describe('analyze', () => {
  it('prints a table of all faces of a folder, in the order of their names', async () => {
    const { code, stdout } = await face('analyze', PHOTOS, '--quality', '--quiet');
    const rows = stdout.trim().split('\n');
    expect([code, rows.length]).toEqual([0, 1 + 22]);
    expect(rows[0]).toMatch(/^photo +face +left +top .* sharpness/);
    const photos = rows.slice(1).map((row) => /sample(\d)\.jpg /.exec(row)?.[1]);
    expect(photos.join('')).toBe('1112223334444555556666');
  });

  it('prints JSON and CSV with what is asked, vectors in the form that the SDK reads', async () => {
    const json = await face('analyze', sample(2), sample(1), '--json', '--landmarks', '--max-faces', '2');
    const photos = JSON.parse(json.stdout) as { image: string; faces: { face: string; landmarks: unknown[] }[] }[];
    expect(photos.map(({ image, faces }) => [image, faces.length])).toEqual([
      [sample(2), 2],
      [sample(1), 2],
    ]);
    expect(parse(photos[0]?.faces[0]?.face ?? '')).toMatchObject({ modelVersion: LITE.version });
    expect(photos[0]?.faces[0]?.landmarks).toHaveLength(5);
    const csv = await face('analyze', sample(1), '--csv', '--no-vectors', '--quality');
    const [header = '', ...rows] = csv.stdout.trimEnd().split('\r\n');
    expect(header).toMatch(/^image,face,left,.*,sharpness,.*,faceSize$/);
    expect(rows.map((row) => row.split(',').length)).toEqual(Array(3).fill(header.split(',').length));
  });

  it('names the photos that cannot be used, goes on with the others, and ends with 2', async () => {
    const { code, stdout, stderr } = await face('analyze', __filename, sample(1), '--csv');
    expect(code).toBe(2);
    expect(stdout.split('\r\n')).toHaveLength(1 + 3 + 1);
    expect(stderr).toContain(`${__filename}: The image is text`);
    expect(stderr).toContain('1 photo of 2 could not be looked at.');
  });

  it.each([
    [['nothing.jpg'], 'There is no file or folder nothing.jpg.'],
    [['--json', '--csv', 'x'], '--json and --csv exclude each other'],
    [[], 'none came'],
    [[PHOTOS, '--draw', 'x.png'], '--draw is for one photo, and 6 came'],
  ])('refuses %p in a sentence', async (args, sentence) => {
    const { code, stderr } = await face('analyze', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  it('draws numbered boxes on the upright picture, into folders that it makes', async () => {
    const out = join(temporaryFolder(), 'drawn');
    const folder = photoFolder(2);
    expect(
      (await run(['analyze', 'photos', '--draw-dir', out, '--quiet'], { env, cwd: join(folder, '..') })).code,
    ).toBe(0);
    const { width, height, data, channels } = decode(readFileSync(join(out, 'photos/00.jpg.png')));
    expect([width, height, channels]).toEqual([1920, 1280, 3]);
    // The green of the middle face's upper edge: left .43, top .326.
    const at = (Math.round(0.326345 * 1280) * width + Math.round(0.48 * 1920)) * 3;
    expect(Array.from(data.subarray(at, at + 3))).toEqual([0, 158, 115]);
    expect(existsSync(join(out, 'photos/01.jpg.png'))).toBe(true);
  });

  it('ends quietly when whoever reads has enough', async () => {
    const gate = await Gate.before(server.url, { photos: 1 });
    const args = ['analyze', photoFolder(3), '--csv', '--quiet', '--concurrency', '1', '--url', gate.url];
    const program = new Program(args);
    program.child.stdout?.once('data', () => program.child.stdout?.destroy());
    program.child.stdout?.once('close', () => gate.open());
    const { code, stderr } = await program.result;
    await gate.close();
    expect([code, stderr]).toEqual([141, '']);
  });
});

describe('a gallery', () => {
  it('is the same after kill -9 and going on as in one run, and photos are not done twice', async () => {
    const folder = photoFolder(8);
    const whole = join(folder, '../whole.jsonl');
    const parts = join(folder, '../parts.jsonl');
    expect((await face('analyze', folder, '--jsonl', whole)).code).toBe(0);
    const gate = await Gate.before(server.url, { photos: 2 });
    const killed = new Program(['analyze', folder, '--jsonl', parts, '--concurrency', '1', '--url', gate.url]);
    const partial = `${parts}.partial`;
    await until('some photos are done', () => existsSync(partial) && statSync(partial).size > 0);
    killed.child.kill('SIGKILL');
    expect((await killed.result).signal).toBe('SIGKILL');
    await gate.close();
    expect(existsSync(parts)).toBe(false);
    const resumed = await face('analyze', folder, '--jsonl', parts);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/[1-9]\d* photos? had been done before/);
    expect(readFileSync(parts)).toEqual(readFileSync(whole));
    expect(existsSync(partial)).toBe(false);
  });

  it('keeps what is done on Ctrl-C, says so, and ends with 130', async () => {
    const folder = photoFolder(8);
    const path = join(folder, '../gallery.jsonl');
    const gate = await Gate.before(server.url, { photos: 2 });
    const program = new Program(['analyze', folder, '--jsonl', path, '--concurrency', '1', '--url', gate.url]);
    await until('some photos are done', () => existsSync(`${path}.partial`) && statSync(`${path}.partial`).size > 0);
    program.child.kill('SIGINT');
    const { code, stderr } = await program.result;
    await gate.close();
    expect(code).toBe(130);
    expect(stderr).toContain(`${path}.partial; the same command goes on from there.`);
    expect([existsSync(path), existsSync(`${path}.lock`)]).toEqual([false, false]);
  });

  it('takes up photos that are new or have changed, and no vectors of another space', async () => {
    const folder = photoFolder(2);
    const path = join(folder, '../gallery.jsonl');
    expect((await face('analyze', folder, '--jsonl', path)).stderr).toContain('6 faces in 2 photos added.');
    writeFileSync(join(folder, '00.jpg'), photo('sample4.jpg'));
    writeFileSync(join(folder, '02.jpg'), photo('sample5.jpg'));
    const again = await face('analyze', folder, '--jsonl', path);
    expect(again.stderr).toContain('9 faces in 2 photos added. 1 photo had been done before.');
    const before = readFileSync(path);
    const other = await face('analyze', folder, '--jsonl', path, '--model-version', DEFAULT.version);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /has vectors of version 2\.0\.0-lite .* cannot be compared\.\nUse --model-version 2\.0\.0-lite/,
    );
    expect(readFileSync(path)).toEqual(before);
  });
});

describe('models', () => {
  it('lists the loaded versions with their spaces, the default first', async () => {
    const table = await face('models');
    expect(table.stdout).toMatch(/\n2\.0\.0-lite +by default +[0-9a-f]{16} .*\n2\.0\.0 +when named /);
    const json = await face('models', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject([{ version: LITE.version }, { version: DEFAULT.version }]);
  });
});

describe('bench', () => {
  it('counts answers and says how long they took', async () => {
    const { code, stdout } = await run([
      'bench',
      server.url,
      '--requests',
      '6',
      '--concurrency',
      '2',
      '--json',
      '--no-vectors',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ answered: 6, failed: {}, concurrency: 2, facesOfPhoto: 3 });
  });
});

describe('a service that wants a key', () => {
  const key = 'a key of sixteen or more';

  it('is given the key from the environment or a file, and a missing one is explained', async () => {
    const guarded = await Server.start({ models: [LITE], key });
    try {
      const url = ['--url', guarded.url];
      const without = await run(['models', ...url]);
      expect(without.code).toBe(2);
      expect(without.stderr).toMatch(/wants a key.*\n.*--api-key-file.*FACE_COMPARISON_API_KEY/);
      expect((await run(['models', ...url], { env: { FACE_COMPARISON_API_KEY: key } })).code).toBe(0);
      const file = join(temporaryFolder(), 'key');
      writeFileSync(file, `${key}\n`);
      expect((await run(['models', ...url, '--api-key-file', file])).code).toBe(0);
    } finally {
      await guarded.stop();
    }
  });
});

describe('help', () => {
  it.each(['compare', 'analyze', 'models', 'migrate', 'bench'])(
    'of %s names its options and exit codes',
    async (name) => {
      const { code, stdout } = await run([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: face-comparison ${name} `));
      expect(stdout).toContain('Exit codes:\n  0  ');
    },
  );

  it('comes when nothing is asked, as an error', async () => {
    const { code, stdout, stderr } = await run([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('face-comparison COMMAND --help');
    expect((await run(['frob'])).stderr).toContain('There is no command "frob".');
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
