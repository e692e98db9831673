/**
 * `node main.js PHOTOS PORT`: sends traffic to a service from inside the cluster and keeps what came of it until somebody
 * fetches it. Told what to do over HTTP: POST /traffic, POST /capacity, GET /records?after=N.
 *
 * @see protocol.ts
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Load } from './load.js';
import type { RecordsPage, Traffic } from './protocol.js';
import { RecordBuffer } from './record-buffer.js';
import { nowMs } from './send.js';

/** About a quarter of an hour of traffic, at 200 bytes each. */
const KEPT_RECORDS = 50_000;

/** Records in one answer. */
const PAGE = 5_000;

const CAPACITY_CONCURRENCY = 4;
const CAPACITY_REQUESTS = 40;

const [photos = '.', port = '8090'] = process.argv.slice(2);
const startedMs = nowMs();
const buffer = new RecordBuffer(KEPT_RECORDS);
const load = new Load(
  { face: readFileSync(join(photos, 'face.bmp')), blank: readFileSync(join(photos, 'blank.bmp')) },
  (record) => buffer.push(record),
);

async function answer(request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://driver');
  switch (`${request.method ?? 'GET'} ${url.pathname}`) {
    case 'GET /records': {
      const records = buffer.after(Number(url.searchParams.get('after') ?? '0'), PAGE);
      const { unansweredSinceMs } = load;
      return { nowMs: nowMs(), startedMs, lost: buffer.lost, unansweredSinceMs, records } satisfies RecordsPage;
    }
    case 'POST /traffic':
      load.follow(await trafficOf(request));
      return {};
    case 'POST /capacity': {
      const traffic = await trafficOf(request);
      return load.measure(traffic, CAPACITY_CONCURRENCY, CAPACITY_REQUESTS);
    }
    default:
      throw new Error(`there is no ${request.method ?? ''} ${url.pathname}`);
  }
}

async function trafficOf(request: IncomingMessage): Promise<Traffic> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Traffic;
}

createServer((request, response) => {
  answer(request).then(
    (value) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value)),
    (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
  );
}).listen(Number(port));

// Process 1 of a container gets no default action for signals.
process.on('SIGTERM', () => process.exit(0));
