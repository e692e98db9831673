import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { FrameChannel, type Frame } from './frame-channel.js';

/** What a channel writes for these frames. */
function written(frames: readonly { header: unknown; blobs: readonly Uint8Array[] }[]): Buffer {
  const stream = new PassThrough();
  const channel = new FrameChannel(new Duplex({ read: () => undefined, write: (chunk: Buffer, _encoding, done) => { stream.push(chunk); done(); } }), () => undefined); // prettier-ignore
  for (const { header, blobs } of frames) channel.send(header, blobs);
  const chunks: Buffer[] = [];
  for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null)
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The frames that a channel reads from bytes that come in pieces of these lengths. */
function read(bytes: Buffer, lengths: readonly number[]): { frames: Frame[]; stream: PassThrough } {
  const frames: Frame[] = [];
  const stream = new PassThrough();
  stream.on('error', () => undefined);
  new FrameChannel(stream, (frame) => frames.push(frame));
  let at = 0;
  for (const length of [...lengths, bytes.length]) {
    // As a socket would: 'data' with whatever has come.
    if (at < bytes.length) stream.emit('data', bytes.subarray(at, at + length));
    at += length;
  }
  return { frames, stream };
}

const frame = fc.record({
  header: fc.jsonValue(),
  blobs: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 }),
});

it('reads what was written, in order, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 30 })), (frames, lengths) => {
      const { frames: got } = read(written(frames), lengths);
      expect(got.map(({ header, blobs }) => ({ header, blobs: blobs.map((blob) => [...blob]) }))).toEqual(
        frames.map(({ header, blobs }) => ({
          header: JSON.parse(JSON.stringify(header)) as unknown,
          blobs: blobs.map((blob) => [...blob]),
        })),
      );
    }),
  );
});

it('reads a frame that comes byte by byte', () => {
  const bytes = written([{ header: { a: 1 }, blobs: [Buffer.from('xyz')] }]);
  const { frames } = read(bytes, new Array<number>(bytes.length).fill(1));
  expect(frames).toEqual([{ header: { a: 1 }, blobs: [Buffer.from('xyz')] }]);
});

it.each<[string, Buffer]>([
  ['says it is larger than anything', Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ['is no JSON', Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('???')])],
])('closes a stream on which something %s, rather than wait for it', async (_what, bytes) => {
  const { frames, stream } = read(bytes, []);
  if (!stream.closed) await once(stream, 'close');
  expect(stream.errored).toBeInstanceOf(Error);
  expect(frames).toEqual([]);
});
