import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from './kit/folder.js';
import { Program, run, type Result } from './kit/program.js';
import { LITE, PHOTOS, ROOT, Server } from './kit/server.js';
import { until } from './kit/until.js';

const env = { FACE_COMPARISON_CACHE_DIR: join(ROOT, '.cache/cli-test') };
const lite = ['--local', '--model', LITE.manifest];
const local = (...args: string[]): Promise<Result> => run(args, { env });

afterAll(removeTemporaryFolders);

describe('with --local', () => {
  it('the answers are those of the service', async () => {
    const server = await Server.start({ models: [LITE] });
    const args = ['analyze', join(PHOTOS, 'sample5.jpg'), '--csv', '--quality', '--landmarks'];
    const remote = await run([...args, '--url', server.url]);
    const compared = await run([
      'compare',
      join(PHOTOS, 'sample1.jpg'),
      join(PHOTOS, 'sample2.jpg'),
      '--url',
      server.url,
    ]);
    await server.stop();
    const here = await local(...args, ...lite);
    expect(here.stdout.split('\r\n')).toHaveLength(1 + 5 + 1);
    expect(here.stdout).toBe(remote.stdout);
    const comparedHere = await local('compare', join(PHOTOS, 'sample1.jpg'), join(PHOTOS, 'sample2.jpg'), ...lite);
    expect([comparedHere.code, comparedHere.stdout]).toEqual([compared.code, compared.stdout]);
  });

  it('the default model is the one of the repository', async () => {
    const { code, stdout } = await local('models', '--local');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n2\.0\.0 +by default /);
  });

  it.each([
    ['a model that is not there', ['compare', 'a', 'a', '--local', '--model', 'nowhere.json'], 'nowhere.json'],
    ['a URL', ['analyze', 'https://example.com/a.jpg', ...lite], '--local reads files only'],
    ['two ways to compute', ['models', '--local', '--url', 'http://127.0.0.1:1'], 'exclude each other'],
    ['a model without it', ['models', '--model', 'x.json'], 'goes with --local'],
    ['a file that is no photo', ['analyze', __filename, ...lite], 'The image is text'],
  ])('%s is refused in a sentence', async (_, args, sentence) => {
    const { code, stderr } = await run(
      args.map((arg) => (arg === 'a' ? join(PHOTOS, 'sample1.jpg') : arg)),
      { env },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('no process stays behind after %s', async (signal) => {
    const folder = join(temporaryFolder(), 'photos');
    mkdirSync(folder);
    // Far more than are done by the time at which the first is seen to be.
    for (let i = 0; i < 100; i++) copyFileSync(join(PHOTOS, `sample${1 + (i % 6)}.jpg`), join(folder, `${i}.jpg`));
    const partial = join(folder, '../gallery.jsonl.partial');
    const args = ['analyze', folder, '--jsonl', join(folder, '../gallery.jsonl'), ...lite];
    const program = new Program([...args, '--concurrency', '2'], { env });
    await until('some photos are done', () => existsSync(partial) && statSync(partial).size > 0);
    program.child.kill(signal);
    // The processes that compute share its standard error: it is closed when the last of them has ended.
    const ended = await program.result;
    expect(signal === 'SIGINT' ? ended.code : ended.signal).toBe(signal === 'SIGINT' ? 130 : 'SIGKILL');
  });
});
