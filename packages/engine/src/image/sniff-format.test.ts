import { fixtures } from '../../test/images/fixtures.js';
import { describeUnsupported, guessUnsupported, sniffFormat } from './sniff-format.js';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('sniffFormat', () => {
  it.each(['jpeg', 'png', 'bmp'] as const)('knows every %s by its bytes', (format) => {
    const ending = format === 'jpeg' ? '.jpg' : `.${format}`;
    const ofThisFormat = fixtures.filter(({ name }) => name.endsWith(ending));
    expect(ofThisFormat.length).toBeGreaterThan(10);
    for (const { bytes } of ofThisFormat) {
      expect(sniffFormat(bytes)).toBe(format);
    }
  });

  it('looks at the bytes of the view and not at those around it', () => {
    const around = Buffer.concat([Buffer.alloc(7), latin1('\x89PNG\r\n\x1a\n')]);
    expect(sniffFormat(around)).toBeUndefined();
    expect(sniffFormat(new Uint8Array(around.buffer, around.byteOffset + 7, 8))).toBe('png');
  });

  it('does not take a text that begins with BM for a BMP', () => {
    expect(sniffFormat(latin1('BMW is a maker of cars'))).toBeUndefined();
  });

  it('takes a BMP that is cut off in its headers for a BMP', () => {
    expect(sniffFormat(latin1('BM\x36\x10'))).toBe('bmp');
  });
});

describe('an image that is none', () => {
  it.each([
    ['GIF89a\x01\0\x01\0', 'gif', 'a GIF image'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'webp', 'a WebP image'],
    ['II*\0\x08\0\0\0', 'tiff', 'a TIFF image'],
    ['MM\0*\0\0\0\x08', 'tiff', 'a TIFF image'],
    ['\0\0\0\x1cftypavif\0\0\0\0', 'avif', 'an AVIF image'],
    ['\0\0\0\x1cftypheic\0\0\0\0', 'heif', 'a HEIF or HEIC image'],
    ['\0\0\0\x1cftypmif1\0\0\0\0', 'heif', 'a HEIF or HEIC image'],
    ['\0\0\0\x1cftypisom\0\0\0\0', 'mp4', 'a video (MP4 or QuickTime)'],
    ['\x1a\x45\xdf\xa3\x01\0\0\0', 'webm', 'a video (Matroska or WebM)'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'jxl', 'a JPEG XL image'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'jp2', 'a JPEG 2000 image'],
    ['\0\0\x01\0\x01\0', 'ico', 'an icon (ICO)'],
    ['8BPS\0\x01', 'psd', 'a Photoshop document'],
    ['%PDF-1.7', 'pdf', 'a PDF document'],
    ['PK\x03\x04\x14', 'zip', 'a ZIP archive'],
    ['\x1f\x8b\x08', 'gzip', 'gzip data'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg', 'an SVG drawing'],
    ['<?xml version="1.0"?>\n<!-- drawn --><svg width="8"/>', 'svg', 'an SVG drawing'],
    ['<!-- drawn --><svg width="8"/>', 'svg', 'an SVG drawing'],
    ['\xef\xbb\xbf\n <!DOCTYPE html><title>Sign in</title>', 'html', 'an HTML page'],
    ['<html lang="en"><svg/>', 'html', 'an HTML page'],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'xml', 'an XML document'],
    ['{"message": "not found"}', 'json', 'JSON'],
    ['data:image/png;base64,iVBORw0KGgo=', 'data-url', 'a data: URL that was not decoded'],
    ['Not found\n', 'text', 'text'],
    ['', 'empty', 'nothing (0 bytes)'],
    ['\x01\x02\x03\x04\x05', undefined, 'unknown data (it begins with 01 02 03 04)'],
  ])('is called by what it is: %j is %s', (text, format, words) => {
    expect(sniffFormat(latin1(text))).toBeUndefined();
    expect(guessUnsupported(latin1(text))).toBe(format);
    expect(describeUnsupported(latin1(text))).toBe(words);
  });
});
