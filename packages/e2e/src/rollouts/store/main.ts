/**
 * `node main.js FOLDER PORT`: the reading part of S3's protocol over a folder, as much of it as a bundle is fetched by:
 * GET and HEAD of /bucket/key with ranges, ETag and the errors of S3. Whoever asks may read: signatures are not looked at.
 *
 * The folder has `index.json`, which names the file of each bucket/key, so that objects that are the same are stored once.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { parseRange } from './range.js';

const [folder = '.', port = '9000'] = process.argv.slice(2);
const index = new Map(
  Object.entries(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Record<string, string>),
);

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://store');
  const file = index.get(decodeURIComponent(pathname.slice(1)));
  if (file === undefined) {
    fail(response, 404, 'NoSuchKey');
    return;
  }
  const path = join(folder, file);
  const { size } = statSync(path);
  const range = parseRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    fail(response, 416, 'InvalidRange');
    return;
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    'Accept-Ranges': 'bytes',
    'Content-Length': last - first + 1,
    'Content-Type': 'application/octet-stream',
    ETag: `"${file.slice(-32)}"`,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${first}-${last}/${size}` }),
  });
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  // The other side may go away: then the file is closed, and nobody needs to be told.
  pipeline(createReadStream(path, { start: first, end: last }), response, () => undefined);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'Content-Type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

createServer(answer).listen(Number(port));

process.on('SIGTERM', () => process.exit(0));
