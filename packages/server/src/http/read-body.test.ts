import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { ClientGoneError } from '../lanes/scheduler.js';
import { readBody, type ReadBodyOptions } from './read-body.js';

const options: ReadBodyOptions = {
  limitBytes: 1_000_000,
  remainingMs: 60_000,
  tooLarge: () => new RangeError('too large'),
  tooSlow: (receivedBytes) => new Error(`too slow: ${receivedBytes}`),
};

it.each([
  ['announced', 300_000],
  ['not announced', undefined],
  ['announced too small', 10],
])('reads a body whose length is %s, in whatever chunks it comes', async (_what, expectedBytes) => {
  const bytes = randomBytes(300_000);
  const stream = new PassThrough();
  const body = readBody(stream, { ...options, expectedBytes });
  for (let at = 0; at < bytes.length; at += 70_001) stream.write(bytes.subarray(at, at + 70_001));
  stream.end();
  expect((await body).equals(bytes)).toBe(true);
});

it('takes exactly the limit and not a byte more, and leaves the stream open for the answer', async () => {
  const fits = new PassThrough();
  fits.end(Buffer.alloc(10));
  expect(await readBody(fits, { ...options, limitBytes: 10 })).toHaveLength(10);
  const larger = new PassThrough();
  larger.write(Buffer.alloc(11));
  await expect(readBody(larger, { ...options, limitBytes: 10 })).rejects.toThrow('too large');
  expect(larger.destroyed).toBe(false);
});

it('gives up when its time is over, and says how much came', async () => {
  const stream = new PassThrough();
  stream.write('abc');
  await expect(readBody(stream, { ...options, remainingMs: 20 })).rejects.toThrow('too slow: 3');
  expect(stream.destroyed).toBe(false);
});

it('tells a client that went away from one that failed', async () => {
  const gone = new PassThrough();
  const body = readBody(gone, options);
  gone.destroy();
  await expect(body).rejects.toBeInstanceOf(ClientGoneError);
  const torn = new PassThrough();
  const tornBody = readBody(torn, options);
  torn.destroy(new Error('ECONNRESET'));
  await expect(tornBody).rejects.toBeInstanceOf(ClientGoneError);
});
