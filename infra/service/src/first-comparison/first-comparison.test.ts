import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { projectFile } from '../project-folder.js';
import { PHOTO, type Credentials } from './comparison-request.js';
import { compareForTheFirstTime, type Clock, type FirstComparison } from './first-comparison.js';

const MATCH = { FaceMatches: [{ Similarity: 100, Face: {} }], UnmatchedFaces: [], FaceModelVersion: '2.0.0' };

interface Call {
  readonly request: IncomingMessage;
  readonly body: string;
}

let server: Server;
let url: string;
let calls: Call[];
/** Answers in turn; the last one again and again. */
let answers: (readonly [number, unknown])[];

beforeEach(async () => {
  calls = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, answer] = answers[Math.min(calls.length, answers.length - 1)] ?? [500, ''];
      calls.push({ request, body });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
});

/** Only waits take time on it, and none takes real time. Answers may take as long as they like. */
function clockOfWaits(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    sleep: (ms) => Promise.resolve((nowMs += ms)),
    timeout: () => new AbortController().signal,
  };
}

const compare = (credentials: Credentials = { kind: 'none' }, deadlineMs = 10_000): Promise<FirstComparison> =>
  compareForTheFirstTime({ url, credentials, deadlineMs, clock: clockOfWaits() });

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the first comparison', () => {
  it('sends the photo twice to /compare and tells the version that answered', async () => {
    answers = [[200, MATCH]];
    url += '/';
    expect(await compare()).toEqual({ faceModelVersion: '2.0.0' });
    const [{ request, body } = { request: undefined, body: '' }] = calls;
    expect([request?.method, request?.url]).toEqual(['POST', '/api/compare']);
    const img = projectFile(PHOTO).toString('base64');
    expect(JSON.parse(body)).toEqual({ source: { img }, target: { img } });
    expect(request?.headers['x-api-key']).toBeUndefined();
    expect(request?.headers.authorization).toBeUndefined();
  });

  it('has a photo that is small enough to travel as base64', () => {
    expect(projectFile(PHOTO).length).toBeLessThan(60_000);
  });

  it('sends the key', async () => {
    answers = [[200, MATCH]];
    await compare({ kind: 'key', key: 'k'.repeat(24) });
    expect(calls[0]?.request.headers['x-api-key']).toBe('k'.repeat(24));
  });

  it('signs for execute-api with the credentials of the environment', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'x'.repeat(40);
    answers = [[200, MATCH]];
    await compare({ kind: 'aws', region: 'eu-central-1' });
    expect(calls[0]?.request.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$/,
    );
  });

  it('goes on until the deployment has spread', async () => {
    answers = [
      [403, { message: 'Forbidden' }],
      [503, ''],
      [200, MATCH],
    ];
    await compare();
    expect(calls).toHaveLength(3);
  });

  it('says what was answered last when the deadline has passed, and what to look at', async () => {
    answers = [
      [404, ''],
      [403, { message: 'Forbidden' }],
    ];
    const comparison = compare({ kind: 'key', key: 'hunter2'.repeat(4) }, 1200);
    await expect(comparison).rejects.toThrow(
      `${url}/compare did not compare two photos within 1.2 s: the last answer was 403 {"message":"Forbidden"} (attempt 2). All else is deployed. Is the caller allowed to call`,
    );
    await expect(comparison).rejects.not.toThrow(/hunter2/);
  });

  it('gives up at once where waiting does not help', async () => {
    answers = [[422, { code: 'no_face' }]];
    await expect(compare()).rejects.toThrow(
      /and will not by waiting: the last answer was 422 \{"code":"no_face"\} \(attempt 1\)/,
    );
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['has no match', { ...MATCH, FaceMatches: [] }],
    ['is of something else', '<html>'],
  ])('is not content with an answer that %s', async (_, answer) => {
    answers = [[200, answer]];
    await expect(compare()).rejects.toThrow(
      'answered a photo that was compared with itself without a match: the last answer was 200',
    );
  });

  it('says why nobody was reached', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    url = `http://127.0.0.1:${port}`;
    await expect(compare()).rejects.toThrow(/ECONNREFUSED.*Can this machine reach that address\?/);
  });

  it('does not wait for an answer beyond the deadline', async () => {
    server.removeAllListeners('request');
    await expect(compareForTheFirstTime({ url, credentials: { kind: 'none' }, deadlineMs: 300 })).rejects.toThrow(
      /within 0.3 s: the last attempt failed with The operation was aborted due to timeout/,
    );
  });
});
