import { createServer, type RequestListener, type Server } from 'node:http';

import { report } from '../../test/kit/pods.js';
import { SERVING_PORT, ServingReader } from './serving-reader.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
/** An address of the loopback for each test: the port is always the same. */
let host = 10;
let server: Server | undefined;
let reader: ServingReader;

async function answering(listener: RequestListener): Promise<string> {
  const address = `127.61.0.${++host}`;
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(SERVING_PORT, address, resolve));
  return address;
}

beforeEach(() => (reader = new ServingReader(() => NOW, 300_000)));
afterEach(async () => {
  await reader.close();
  server?.closeAllConnections();
  server?.close();
});

const serving = {
  startedAt: '2026-01-01T00:00:00.000Z',
  now: '2026-01-01T00:00:02.500Z',
  generation: 3,
  default: '1.0.0',
  versions: [report('1.0.0')],
};
const { signal } = new AbortController();

it('reads what a pod serves, and how far its clock is ahead', async () => {
  const address = await answering((request, response) => {
    response.end(request.url === '/serving' ? JSON.stringify(serving) : '');
  });
  expect(await reader.read(address, signal)).toEqual({ serving, clockAheadMs: 2500 });
});

it.each<[string, RequestListener, RegExp]>([
  ['another status', (_request, response) => response.writeHead(503).end(), /answered 503/],
  ['no JSON', (_request, response) => response.end('<html>'), /JSON/],
  ['other JSON', (_request, response) => response.end('{"generation":"x"}'), /something else than the contract/],
  ['too much', (_request, response) => response.end('x'.repeat(300 * 1024)), /longer than 262144 bytes/],
  ['a closed connection', (request) => request.socket.destroy(), /./],
])('says so when it gets %s', async (_what, listener, message) => {
  const address = await answering(listener);
  const answer = await reader.read(address, signal);
  expect('unanswered' in answer ? answer.unanswered : answer).toMatch(message);
});

it('says so when nobody listens, without the address, so that the same trouble is the same sentence', async () => {
  expect(await reader.read('127.61.255.1', signal)).toEqual({ unanswered: 'connection refused' });
});

it('gives up when it gets no answer in time', async () => {
  const address = await answering(() => undefined);
  const hasty = new ServingReader(() => NOW, 20);
  expect(await hasty.read(address, signal)).toEqual({ unanswered: 'no answer within 20 ms' });
  await hasty.close();
});

it('stops when it is told to', async () => {
  const address = await answering(() => undefined);
  const stop = new AbortController();
  const reading = reader.read(address, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(reading).rejects.toThrow('stopped');
});
