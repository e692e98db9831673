/** What {@link decodeImage} reads. */
export type ImageFormat = 'jpeg' | 'png' | 'bmp';

interface Signature {
  readonly name: string;
  readonly at: number;
  readonly text: string;
}

/** In order: of two that match, the first is the answer. */
const others: readonly Signature[] = [
  { name: 'a GIF image', at: 0, text: 'GIF8' },
  { name: 'a WebP image', at: 8, text: 'WEBP' },
  { name: 'a TIFF image', at: 0, text: 'II*\0' },
  { name: 'a TIFF image', at: 0, text: 'MM\0*' },
  { name: 'a BigTIFF image', at: 0, text: 'II+\0' },
  { name: 'a BigTIFF image', at: 0, text: 'MM\0+' },
  { name: 'an AVIF image', at: 4, text: 'ftypavif' },
  { name: 'an AVIF image', at: 4, text: 'ftypavis' },
  { name: 'a HEIC image', at: 4, text: 'ftyphe' },
  { name: 'a HEIF image', at: 4, text: 'ftypmif1' },
  { name: 'a HEIF image', at: 4, text: 'ftypmsf1' },
  { name: 'a video (MP4 or QuickTime)', at: 4, text: 'ftyp' },
  { name: 'a JPEG XL image', at: 0, text: '\xff\x0a' },
  { name: 'a JPEG XL image', at: 4, text: 'JXL ' },
  { name: 'a JPEG 2000 image', at: 4, text: 'jP  ' },
  { name: 'a JPEG 2000 image', at: 0, text: '\xff\x4f\xff\x51' },
  { name: 'an icon (ICO)', at: 0, text: '\0\0\x01\0' },
  { name: 'a Photoshop document', at: 0, text: '8BPS' },
  { name: 'a PDF document', at: 0, text: '%PDF' },
  { name: 'a ZIP archive', at: 0, text: 'PK\x03\x04' },
  { name: 'gzip data', at: 0, text: '\x1f\x8b' },
  { name: 'a video (Matroska or WebM)', at: 0, text: '\x1a\x45\xdf\xa3' },
];

/** Which of the formats that {@link decodeImage} reads the bytes begin like; never a name or a media type. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | undefined {
  const head = latin1(bytes, 18);
  if (head.startsWith('\xff\xd8\xff')) {
    return 'jpeg';
  }
  if (head.startsWith('\x89PNG\r\n\x1a\n')) {
    return 'png';
  }
  // Two letters are little: the length of the second header, below 256, tells a BMP from a text on BMW.
  return /^BM(.{12}.\0\0\0|.{0,15}$)/s.test(head) ? 'bmp' : undefined;
}

/** A guess, in words for an error message, at what bytes are that {@link sniffFormat} does not know. */
export function describeUnsupported(bytes: Uint8Array): string {
  if (bytes.length === 0) {
    return 'nothing (0 bytes)';
  }
  const head = latin1(bytes, 1024);
  const signature = others.find(({ at, text }) => head.startsWith(text, at));
  if (signature !== undefined) {
    return signature.name;
  }
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/<svg[\s>]/i.test(text)) {
    return 'an SVG drawing';
  }
  if (/^<(!doctype html|html|head|body)/i.test(text)) {
    return 'an HTML page';
  }
  if (/^<(\?xml|[a-z])/i.test(text)) {
    return 'an XML document';
  }
  if (/^(\{\s*["}]|\[\s*[[{"\]\d])/.test(text)) {
    return 'JSON';
  }
  if (text.startsWith('data:')) {
    return 'a data: URL that was not decoded';
  }
  // Printable characters, white space and the bytes of UTF-8 beyond ASCII.
  if (/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text) && /^[\t\n\r\x20-\x7e]{4}/.test(text)) {
    return 'text';
  }
  return `unknown data (it begins with ${hex(bytes)})`;
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1');
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
