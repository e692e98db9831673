import { fixtures } from '../../test/images/fixtures.js';
import { describeUnsupported, sniffFormat } from './sniff-format.js';

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

describe('describeUnsupported', () => {
  it.each([
    ['GIF89a\x01\0\x01\0', 'a GIF image'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'a WebP image'],
    ['II*\0\x08\0\0\0', 'a TIFF image'],
    ['MM\0*\0\0\0\x08', 'a TIFF image'],
    ['\0\0\0\x1cftypavif\0\0\0\0', 'an AVIF image'],
    ['\0\0\0\x1cftypheic\0\0\0\0', 'a HEIC image'],
    ['\0\0\0\x1cftypmif1\0\0\0\0', 'a HEIF image'],
    ['\0\0\0\x1cftypisom\0\0\0\0', 'a video (MP4 or QuickTime)'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'a JPEG XL image'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'a JPEG 2000 image'],
    ['\0\0\x01\0\x01\0', 'an icon (ICO)'],
    ['%PDF-1.7', 'a PDF document'],
    ['PK\x03\x04\x14', 'a ZIP archive'],
    ['\x1f\x8b\x08', 'gzip data'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG drawing'],
    ['<?xml version="1.0"?>\n<!-- drawn --><svg width="8"/>', 'an SVG drawing'],
    ['\xef\xbb\xbf\n <!DOCTYPE html><title>Sign in</title>', 'an HTML page'],
    ['<html lang="en"><svg/>', 'an HTML page'],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'an XML document'],
    ['{"message": "not found"}', 'JSON'],
    ['data:image/png;base64,iVBORw0KGgo=', 'a data: URL that was not decoded'],
    ['Not found\n', 'text'],
    ['', 'nothing (0 bytes)'],
    ['\x01\x02\x03\x04\x05', 'unknown data (it begins with 01 02 03 04)'],
  ])('calls %j %s', (text, name) => {
    expect(sniffFormat(latin1(text))).toBeUndefined();
    expect(describeUnsupported(latin1(text))).toBe(name);
  });
});
