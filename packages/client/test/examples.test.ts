import { execFile } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PHOTOS, ROOT } from './kit/golden.js';
import { OTHER_VERSION, RealServer } from './kit/server.js';
import { SigV4Gateway } from './kit/sigv4-gateway.js';

const PACKAGE = join(ROOT, 'packages/client');
const EXAMPLES = join(PACKAGE, 'examples');
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

let server: RealServer;
let folder: string;

beforeAll(async () => {
  // Inside the package, so that its name is found from there.
  mkdirSync(join(PACKAGE, 'tmp'), { recursive: true });
  folder = mkdtempSync(join(PACKAGE, 'tmp/examples-'));
  // The photos of the repository are of strangers: the same one stands for another of the same person.
  for (const name of ['anna.jpg', 'anna-again.jpg', 'party.jpg']) {
    copyFileSync(join(PHOTOS, 'sample1.jpg'), join(folder, name));
  }
  server = await RealServer.start();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Runs an example as it is, but for the address of the service and the version that is loaded. */
async function run(name: string, address = server.url, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const text = readFileSync(join(EXAMPLES, name), 'utf8')
    .replaceAll('https://faces.example.com', address)
    .replaceAll("'3.0.0'", `'${OTHER_VERSION}'`);
  writeFileSync(join(folder, name), text);
  const { stdout } = await promisify(execFile)(process.execPath, [name], { cwd: folder, env });
  return stdout;
}

describe('the example', () => {
  it('start compares two photos and finds faces', async () => {
    const printed = await run('start.ts');
    expect(printed).toMatch(/^100\.0 % at \{\s+left: 0\.4\d+,/);
    expect(printed).toMatch(/3 faces, the largest \d\d+ pixels wide\n$/);
  });

  it('service looks at the service and at the response of a call', async () => {
    expect(await run('service.ts', server.url, { FACE_COMPARISON_URL: server.url })).toMatch(
      /^2\.0\.0 answers; loaded: .*2\.0\.0-lite.*\n(?:[\d.]+: FAR .*\n)+3 faces, request \S+\ncosine of two of them -?0\.\d{3}\n$/,
    );
  });

  it('store recognises a stored face', async () => {
    expect(await run('store.ts')).toBe('this is anna (100.0 %)\n');
  });

  it('pin keeps vectors of two versions apart', async () => {
    expect(await run('pin.ts')).toMatch(
      /^a vector of space [0-9a-f]{16} \(version 2\.0\.0\) cannot be compared with one of space [0-9a-f]{16} \(version 2\.0\.0-lite\)/,
    );
  });

  it('errors tells what is wrong with a photo', async () => {
    expect(await run('errors.ts')).toBe('only jpeg,png,bmp can be read, not gif\n');
  });

  it('abort rejects with the reason of the signal', async () => {
    expect(await run('abort.ts')).toMatch(/^aborted: Error: the user closed the dialog/);
  });

  it('middleware sees the answer', async () => {
    expect(await run('middleware.ts')).toMatch(/^\/face_comparison 200 queue;dur=/);
  });

  it('aws-iam signs so that a gateway finds the signature right, and others wrong', async () => {
    const gateway = new SigV4Gateway(server.url, '/prod', CREDENTIALS);
    const address = await gateway.listen();
    try {
      const env = { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey };
      expect(await run('aws-iam.ts', address, env)).toBe('1 face\n');
      expect(gateway.passed).toBe(1);
      await expect(run('aws-iam.ts', address, { ...env, AWS_SECRET_ACCESS_KEY: 'another' })).rejects.toThrow(
        /UnexpectedResponseError: POST \/prod\/face_comparison at .* answered 403 \(application\/json\) "Forbidden"/,
      );
      expect(gateway.passed).toBe(1);
    } finally {
      await gateway.close();
    }
  });
});

describe('every code block', () => {
  const code = [
    ...readdirSync(EXAMPLES).map((name) => readFileSync(join(EXAMPLES, name), 'utf8')),
    readFileSync(join(ROOT, 'packages/e2e/consumers/browser/main.ts'), 'utf8'),
  ];

  it('of the comments of the API is a part of one of the examples that run', () => {
    const comments = globSync(join(PACKAGE, 'src/**/*.ts')).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/@example\n\s*\* ```ts\n(.*?)\s*\* ```/gs)].map(([, block = '']) =>
        block.replaceAll(/^\s*\* ?/gm, ''),
      ),
    );
    expect(comments.length).toBeGreaterThan(10);
    for (const block of comments) {
      expect(code.some((example) => example.includes(block)) ? 'an example' : block).toBe('an example');
    }
  });

  it.each(['packages/client/README.md', 'docs/guides/sdk.md'])(
    'of %s is one of the examples that run, or a part of it',
    (file) => {
      const blocks = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^```(?:ts|js|tsx)\n(.*?)^```$/gms)].map(
        ([, block = '']) => block,
      );
      expect(blocks.length).toBeGreaterThan(1);
      for (const block of blocks) {
        expect(code.some((example) => example.includes(block)) ? 'an example' : block).toBe('an example');
      }
    },
  );
});
