import { mediaTypeOf, sniffFormat } from './photo-format.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('the format of a file', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['BM\x36', 'bmp'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'webp'],
    ['RIFF\0\0\0\0WAVE', 'unknown'],
    ['GIF89a', 'gif'],
    ['II*\0', 'tiff'],
    ['\0\0\0\x18ftypheic', 'heic'],
    ['\0\0\0\x18ftypmif1', 'heic'],
    ['\0\0\0\x18ftypavif', 'avif'],
    ['\0\0\0\x18ftypmp42', 'unknown'],
    ['just some text', 'unknown'],
    ['', 'unknown'],
  ])('%j is %s', (start, format) => {
    expect(sniffFormat(bytes(start))).toBe(format);
  });

  it('is one that the service reads, or has no media type', () => {
    expect([mediaTypeOf('jpeg'), mediaTypeOf('heic'), mediaTypeOf('unknown')]).toEqual([
      'image/jpeg',
      undefined,
      undefined,
    ]);
  });
});
