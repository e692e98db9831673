import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { composePhoto } from '../bench/photos.js';

/** One kind of request that the soak sends, with the answers that the contract allows for it. */
export interface SoakRequest {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly expected: readonly number[];
  /** The client breaks the connection this long after sending, without reading the answer. */
  readonly abandonAfterMs?: number;
}

/** A good kind is drawn this many times as often as a bad one. */
const GOOD_TO_BAD = 3;

/**
 * The mix of a soak: photos of all sizes in every way the contract takes them, and bad requests of every kind that
 * reaches a decoder, a limit or a parser. A good kind comes three times as often as a bad one.
 */
export async function soakRequests(): Promise<SoakRequest[]> {
  const photos = {
    tiny: await composePhoto({ widthPx: 320, heightPx: 240, faces: 1 }),
    small: await composePhoto({ widthPx: 640, heightPx: 480, faces: 2 }),
    middle: await composePhoto({ widthPx: 1920, heightPx: 1080, faces: 4 }),
    large: await composePhoto({ widthPx: 4096, heightPx: 3072, faces: 1 }),
    tall: await composePhoto({ widthPx: 900, heightPx: 1600, faces: 1 }),
    empty: await composePhoto({ widthPx: 800, heightPx: 600, faces: 0 }),
    png: await composePhoto({ widthPx: 800, heightPx: 600, faces: 1 }, 'png'),
  };
  const base64 = photos.small.toString('base64');
  const good = [
    ...Object.entries(photos).map(([name, photo]) =>
      post(`${name} photo as body`, '/face_comparison', `image/${name === 'png' ? 'png' : 'jpeg'}`, photo, 200),
    ),
    postJson('photo in JSON', '/face_comparison', { img: base64 }, 200),
    postJson('data URL', '/face_comparison', { img: `data:image/jpeg;base64,${base64}` }, 200),
    post('no vectors', '/face_comparison?face_hash=false&landmarks=true', 'image/jpeg', photos.middle, 200),
    post('one face only', '/face_comparison?max_faces=1', 'image/jpeg', photos.middle, 200),
    post('rotated by EXIF', '/face_comparison', 'image/jpeg', await sideways(photos.small), 200),
    postJson('compare', '/compare', { source: { img: base64 }, target: { img: photos.tiny.toString('base64') } }, 200),
  ];
  const bad = [
    postJson('neither url nor img', '/face_comparison', {}, 400),
    postJson('both url and img', '/face_comparison', { img: base64, url: 'http://127.0.0.1/a.jpg' }, 400),
    postJson('broken base64', '/face_comparison', { img: 'not*base64' }, 400),
    postJson('private URL', '/face_comparison', { url: 'http://127.0.0.1:1/a.jpg' }, 422),
    postJson(
      'compare without a face',
      '/compare',
      { source: { img: photos.empty.toString('base64') }, target: { img: base64 } },
      422,
    ),
    post('empty body', '/face_comparison', 'application/json', Buffer.alloc(0), 400),
    post('broken JSON', '/face_comparison', 'application/json', Buffer.from('{"img": '), 400),
    post('wrong media type', '/face_comparison', 'text/plain', Buffer.from('hello'), 415),
    post('SVG', '/face_comparison', 'image/jpeg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 422),
    post('cut-off JPEG', '/face_comparison', 'image/jpeg', photos.middle.subarray(0, photos.middle.length / 2), 422),
    post('JPEG header and noise', '/face_comparison', 'image/jpeg', noisyJpeg(photos.small), 200, 422),
    post('60,000 px PNG header', '/face_comparison', 'image/png', pngHeader(60_000, 60_000), 422),
    post('16,385 px wide', '/face_comparison', 'image/jpeg', await plainJpeg(16_385, 64), 422),
    post('unknown parameter value', '/face_comparison?max_faces=many', 'image/jpeg', photos.tiny, 400),
    post('unknown path', '/no_such_path', 'image/jpeg', photos.tiny, 404),
    { ...post('wrong method', '/face_comparison', 'image/jpeg', Buffer.alloc(0), 405), method: 'GET' as const },
    { ...post('client gone', '/face_comparison', 'image/jpeg', photos.middle, 200), abandonAfterMs: 15 },
  ];
  return [...Array.from({ length: GOOD_TO_BAD }, () => good).flat(), ...bad];
}

function post(
  name: string,
  path: string,
  contentType: string,
  body: Buffer,
  ...expected: readonly number[]
): SoakRequest {
  return { name, method: 'POST', path, contentType, body, expected };
}

function postJson(name: string, path: string, json: unknown, ...expected: readonly number[]): SoakRequest {
  return post(name, path, 'application/json', Buffer.from(JSON.stringify(json)), ...expected);
}

async function sideways(jpeg: Buffer): Promise<Buffer> {
  return sharp(jpeg).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
}

async function plainJpeg(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer();
}

/** Keeps the headers and spoils the coded pixels, which a decoder may forgive or refuse. */
function noisyJpeg(jpeg: Buffer): Buffer {
  const noisy = Buffer.from(jpeg);
  for (let i = Math.floor(noisy.length / 2); i < noisy.length - 2; i += 97) noisy[i] = (noisy[i] ?? 0) ^ 0x55;
  return noisy;
}

/** A small file whose header promises a picture of this size. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1024))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(8 + named.length);
  chunk.writeUInt32BE(data.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), 4 + named.length);
  return chunk;
}
