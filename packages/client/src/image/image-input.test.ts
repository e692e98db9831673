import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { InvalidInputError } from '../errors/client-errors.js';
import { Deadline } from '../transport/deadline.js';
import { encodeImage, type ImageInput } from './image-input.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);
const BMP = Uint8Array.of(0x42, 0x4d, 1, 2);

async function encode(
  image: ImageInput,
  signal?: AbortSignal,
): Promise<{ url: string } | { img: string } | { type: string; bytes: Uint8Array }> {
  const deadline = new Deadline(60_000, signal);
  try {
    const encoded = await encodeImage(image, deadline);
    if (!(encoded instanceof Blob)) return encoded;
    return { type: encoded.type, bytes: new Uint8Array(await encoded.arrayBuffer()) };
  } finally {
    deadline.end();
  }
}

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** As browsers have it when a chosen file was changed or deleted. */
function unreadableFile(): Blob {
  const file = new Blob([JPEG]);
  const fail = (): Promise<ArrayBuffer> => Promise.reject(new TypeError('of the source'));
  return Object.assign(file, { arrayBuffer: fail, slice: () => file });
}

describe('an image', () => {
  it.each(['https://example.com/a.jpg?key=1', 'HTTP://EXAMPLE.COM', 's3://photos/anna.jpg'])(
    'that is the URL %s travels as that URL',
    async (url) => {
      expect(await encode(url)).toEqual({ url });
      expect(await encode(new URL(url))).toEqual({ url: new URL(url).href });
    },
  );

  it.each<[string, ImageInput]>([
    ['a Uint8Array', JPEG],
    ['a Buffer inside a larger one', Buffer.concat([Buffer.of(9, 9), JPEG]).subarray(2)],
    ['an ArrayBuffer', JPEG.slice().buffer],
    ['a DataView', new DataView(Uint8Array.of(9, ...JPEG).buffer, 1) as unknown as Uint8Array],
    ['an ArrayBuffer of another realm', runInNewContext(`Uint8Array.of(${JPEG.join()}).buffer`) as ArrayBuffer],
    ['a Blob', new Blob([JPEG])],
    ['a Blob whose type is wrong', new Blob([JPEG], { type: 'image/png' })],
    ['a stream', streamOf(JPEG)],
    ['a stream of small chunks', streamOf(...Array.from(JPEG, (byte) => Uint8Array.of(byte)))],
    ['a data: URL', `data:image/jpeg;base64,${Buffer.from(JPEG).toString('base64')}`],
    ['a data: URL whose type is wrong', `data:text/plain;base64,${Buffer.from(JPEG).toString('base64')}`],
    [
      'a data: URL, percent-encoded',
      `data:,${Array.from(JPEG, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
    ],
  ])('that is %s travels as its bytes, with the type that they have', async (_what, image) => {
    expect(await encode(image)).toEqual({ type: 'image/jpeg', bytes: JPEG });
  });

  it.each([
    ['image/png', PNG],
    ['image/bmp', BMP],
    ['image/*', Uint8Array.of(1, 2, 3)],
    ['image/*', Uint8Array.of(0xff)],
    ['image/*', new Uint8Array()],
  ])('is called %s by its first bytes', async (type, bytes) => {
    expect(await encode(bytes)).toEqual({ type, bytes });
  });

  it('in base64 arrives byte by byte as it was, whatever its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        const url = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
        expect(await encode(url)).toMatchObject({ bytes: Uint8Array.from(bytes) });
      }),
    );
  });

  it('is that of the moment of the call, whatever the caller does with its bytes later', async () => {
    const bytes = JPEG.slice();
    const deadline = new Deadline(60_000, undefined);
    const encoded = await encodeImage(bytes, deadline);
    deadline.end();
    bytes.fill(0);
    expect(encoded instanceof Blob && new Uint8Array(await encoded.arrayBuffer())).toEqual(JPEG);
  });

  it.each([
    ['a path', './photos/anna.jpg', /of a file pass the bytes/],
    ['bare base64', Buffer.from(JPEG).toString('base64'), /before base64 put data:image\/jpeg;base64,/],
    ['a blob: URL', 'blob:https://example.com/0d5c3a52', /pass the Blob or File itself/],
    ['a file: URL', 'file:///home/anna.jpg', /cannot read files of this device/],
    ['a data: URL without content', 'data:image/jpeg', /expected content after a comma/],
    ['a data: URL that is not base64', 'data:image/jpeg;base64,!!secret!!', /not valid base64/],
  ])('that is %s is refused with what to do, and is not quoted', async (_what, image, message) => {
    const error: unknown = await encode(image).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) as string });
    expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toMatch(
      /anna|secret|0d5c3a52|\/9j/,
    );
  });

  it.each([
    ['a Node stream', Readable.from([])],
    ['a list of numbers', [1, 2, 3]],
    ['an object', {}],
    ['a number', 1],
    ['null', null],
    ['undefined', undefined],
  ])('that is %s is refused', async (_what, image) => {
    await expect(encode(image as unknown as Blob)).rejects.toThrow(/image: expected a URL, .* Readable\.toWeb\(\)/);
  });

  it('that is a stream longer than any photo is refused, and the stream is told to end', async () => {
    let reason: unknown;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(8 * 1024 * 1024)),
      cancel: (given) => void (reason = given),
    });
    await expect(encode(endless)).rejects.toThrow(InvalidInputError);
    expect(reason).toBeInstanceOf(InvalidInputError);
  });

  it.each<[string, ImageInput]>([
    [
      'a stream that fails',
      new ReadableStream({
        pull: () => {
          throw new TypeError('of the source');
        },
      }),
    ],
    ['a File that has changed on the disk', unreadableFile()],
  ])('that is %s is an InvalidInputError with the reason as its cause', async (_what, image) => {
    const error: unknown = await encode(image).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ cause: { message: 'of the source' } });
  });

  it('that is a stream of texts is refused', async () => {
    const texts = new ReadableStream({ start: (controller) => controller.enqueue('text') });
    await expect(encode(texts)).rejects.toThrow(/expected a stream of Uint8Array, got a chunk of type string/);
  });

  it('that is { uri } of a web address is sent as that URL', async () => {
    expect(await encode({ uri: 'https://example.com/a.jpg' })).toEqual({ url: 'https://example.com/a.jpg' });
  });

  it('that is { uri } of a file is refused where the platform has no XMLHttpRequest', async () => {
    await expect(encode({ uri: 'file:///anna.jpg' })).rejects.toThrow(/can be read in React Native only/);
  });

  it('that is a stream without an end can be given up', async () => {
    const abort = new AbortController();
    const encoding = encode(new ReadableStream<Uint8Array>(), abort.signal);
    abort.abort(new Error('enough'));
    await expect(encoding).rejects.toThrow('enough');
  });
});
