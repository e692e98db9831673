import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { PHOTOS, ROOT } from '../kit/golden.js';
import { RealServer } from '../kit/server.js';
import type * as App from './app.js';

const PHOTO = readFileSync(join(PHOTOS, 'sample1.jpg'));
const FILES = new Map([
  ['file:///photos/anna.jpg', PHOTO],
  ['content://media/images/1', PHOTO],
]);

/** What the native modules of React Native do, done by Node. */
const native = {
  encode: (text: string) => Buffer.from(text, 'utf8'),
  decode: (bytes: Buffer) => bytes.toString('utf8'),
  fromBase64: (text: string) => Buffer.from(text, 'base64'),
  size: (bytes: Buffer) => bytes.byteLength,
  slice: (bytes: Buffer, start: number, end: number) => bytes.subarray(start, end),
  concat: (parts: readonly Buffer[]) => Buffer.concat(Array.from(parts)),
  file: (uri: string) => FILES.get(uri),
  request: async (method: string, url: string, headers: Readonly<Record<string, string>>, body: Buffer | undefined) => {
    const response = await fetch(url, { method, headers: { ...headers }, body: body ? new Uint8Array(body) : null });
    return {
      status: response.status,
      headers: Array.from(response.headers, ([name, value]) => `${name}: ${value}\r\n`).join(''),
      body: Buffer.from(await response.arrayBuffer()),
    };
  },
};

let server: RealServer;
let app: typeof App;

beforeAll(async () => {
  server = await RealServer.start();
  // A context of its own has the objects of the language and nothing of Node; Hermes has timers, atob and btoa besides.
  const context = createContext({ native, setTimeout, clearTimeout, atob, btoa });
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(ROOT, 'packages/client/test/react-native/bundle.ts'),
    server.url,
  ]);
  runInContext(stdout, context);
  app = runInContext('app', context) as typeof App;
  expect(runInContext('[typeof Buffer, typeof ReadableStream, typeof TextEncoder]', context)).toEqual(
    runInContext(`['undefined', 'undefined', 'undefined']`, context),
  );
});

afterAll(() => server.stop());

describe.each(['file:///photos/anna.jpg', 'content://media/images/1'])('in React Native, a photo at %s', (uri) => {
  it.each(['bytes', 'arrayBuffer', 'dataUrl', 'file', 'blob'])('is analyzed as %s', async (kind) => {
    expect({ ...(await app.analyze(server.url, kind, PHOTO.toString('base64'), uri)) }).toEqual({ faces: 3 });
  });

  it.each([
    ['bytes', 'bytes'],
    ['bytes', 'file'],
    ['blob', 'dataUrl'],
    ['file', 'blob'],
  ])('is compared as %s with itself as %s', async (source, target) => {
    const outcome = await app.compare(server.url, [source, target], PHOTO.toString('base64'), uri);
    expect({ ...outcome }).toEqual({ similarity: 100 });
  });

  it('is compared as in the guide', async () => {
    expect(await app.comparePicked({ uri }, { uri })).toBe('the same person');
    expect(await app.comparePicked({ uri: `${uri}-deleted` }, { uri })).toBe('invalid_input');
  });
});

describe('in React Native, an error of the client says why', () => {
  it.each<[string, () => Promise<object>, RegExp]>([
    [
      'a file is not there',
      () => app.analyze(server.url, 'file', '', 'file:///gone.jpg'),
      /^InvalidInputError,invalid_input,image: the file of uri does not exist or cannot be read$/,
    ],
    ['a call is aborted', () => app.abort(server.url), /^AbortError,abort_error,the call was aborted$/],
    [
      'the service cannot be reached',
      () => app.analyze('http://127.0.0.1:1', 'bytes', '', ''),
      /^NetworkError,network_error,POST \/face_comparison at 127\.0\.0\.1:1 could not be reached/,
    ],
    [
      'the platform can neither make a Blob nor base64',
      () => app.withoutBtoa(server.url),
      /^InvalidInputError,invalid_input,this platform has no btoa/,
    ],
    [
      'the address is none',
      () => app.analyze('faces.example.com', 'bytes', '', ''),
      /^InvalidInputError,invalid_input,baseUrl: expected http: or https:/,
    ],
  ])('when %s', async (_what, call, message) => {
    const { error }: { error?: unknown } = await call();
    expect(String(error)).toMatch(message);
  });
});
