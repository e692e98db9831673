/** What {@link decodeImage} reads. */
export type ImageFormat = 'jpeg' | 'png' | 'bmp';

/** What people send instead, and how an error message calls it. */
const unsupported = {
  empty: 'nothing (0 bytes)',
  gif: 'a GIF image',
  webp: 'a WebP image',
  tiff: 'a TIFF image',
  avif: 'an AVIF image',
  heif: 'a HEIF or HEIC image',
  jxl: 'a JPEG XL image',
  jp2: 'a JPEG 2000 image',
  ico: 'an icon (ICO)',
  psd: 'a Photoshop document',
  svg: 'an SVG drawing',
  mp4: 'a video (MP4 or QuickTime)',
  webm: 'a video (Matroska or WebM)',
  pdf: 'a PDF document',
  zip: 'a ZIP archive',
  gzip: 'gzip data',
  html: 'an HTML page',
  xml: 'an XML document',
  json: 'JSON',
  'data-url': 'a data: URL that was not decoded',
  text: 'text',
} as const;

/** What can be told from {@link ImageFormat} by its bytes. */
export type UnsupportedFormat = keyof typeof unsupported;

interface Signature {
  readonly format: UnsupportedFormat;
  readonly at: number;
  readonly text: string;
}

/** In order: of two that match, the first is the answer. */
const signatures: readonly Signature[] = [
  { format: 'gif', at: 0, text: 'GIF8' },
  { format: 'webp', at: 8, text: 'WEBP' },
  { format: 'tiff', at: 0, text: 'II*\0' },
  { format: 'tiff', at: 0, text: 'MM\0*' },
  { format: 'tiff', at: 0, text: 'II+\0' },
  { format: 'tiff', at: 0, text: 'MM\0+' },
  { format: 'avif', at: 4, text: 'ftypavif' },
  { format: 'avif', at: 4, text: 'ftypavis' },
  { format: 'heif', at: 4, text: 'ftyphe' },
  { format: 'heif', at: 4, text: 'ftypmif1' },
  { format: 'heif', at: 4, text: 'ftypmsf1' },
  { format: 'mp4', at: 4, text: 'ftyp' },
  { format: 'jxl', at: 0, text: '\xff\x0a' },
  { format: 'jxl', at: 4, text: 'JXL ' },
  { format: 'jp2', at: 4, text: 'jP  ' },
  { format: 'jp2', at: 0, text: '\xff\x4f\xff\x51' },
  { format: 'ico', at: 0, text: '\0\0\x01\0' },
  { format: 'psd', at: 0, text: '8BPS' },
  { format: 'pdf', at: 0, text: '%PDF' },
  { format: 'zip', at: 0, text: 'PK\x03\x04' },
  { format: 'gzip', at: 0, text: '\x1f\x8b' },
  { format: 'webm', at: 0, text: '\x1a\x45\xdf\xa3' },
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

/** A guess at what bytes are that {@link sniffFormat} does not know; it is for an error message and decides nothing. */
export function guessUnsupported(bytes: Uint8Array): UnsupportedFormat | undefined {
  if (bytes.length === 0) {
    return 'empty';
  }
  const head = latin1(bytes, 1024);
  const signature = signatures.find(({ at, text }) => head.startsWith(text, at));
  if (signature !== undefined) {
    return signature.format;
  }
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^<(!doctype html|html|head|body)/i.test(text)) {
    return 'html';
  }
  if (/^<(\?xml|[!a-z])/i.test(text)) {
    return /<svg[\s>]/i.test(text) ? 'svg' : 'xml';
  }
  if (/^(\{\s*["}]|\[\s*[[{"\]\d])/.test(text)) {
    return 'json';
  }
  if (text.startsWith('data:')) {
    return 'data-url';
  }
  // Printable characters, white space and the bytes of UTF-8 beyond ASCII.
  return /^[\t\n\r\x20-\x7e]{4}[\t\n\r\x20-\x7e\x80-\xff]*$/.test(text) ? 'text' : undefined;
}

/** What {@link guessUnsupported} guessed, in words. */
export function describeUnsupported(bytes: Uint8Array): string {
  const format = guessUnsupported(bytes);
  return format === undefined ? `unknown data (it begins with ${hex(bytes)})` : unsupported[format];
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1');
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
