/** What a file is by its first bytes. */
export type PhotoFormat = 'jpeg' | 'png' | 'bmp' | 'webp' | 'gif' | 'heic' | 'avif' | 'tiff' | 'unknown';

/** How many bytes of a file tell its format. */
export const FORMAT_BYTES = 32;

const READ_BY_SERVICE = { jpeg: 'image/jpeg', png: 'image/png', bmp: 'image/bmp' } as const;

/** The media type under which the service takes a format as it is; undefined where it does not read it. */
export function mediaTypeOf(format: PhotoFormat): (typeof READ_BY_SERVICE)[keyof typeof READ_BY_SERVICE] | undefined {
  return format === 'jpeg' || format === 'png' || format === 'bmp' ? READ_BY_SERVICE[format] : undefined;
}

/** Names of formats as people know them. */
export const FORMAT_NAMES: Readonly<Record<PhotoFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  bmp: 'BMP',
  webp: 'WebP',
  gif: 'GIF',
  heic: 'HEIC',
  avif: 'AVIF',
  tiff: 'TIFF',
  unknown: 'unknown',
};

/** Tells the format from a file's first bytes, as the service does: names and media types lie. */
export function sniffFormat(bytes: Uint8Array): PhotoFormat {
  const text = String.fromCharCode(...bytes.subarray(0, FORMAT_BYTES));
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('BM')) return 'bmp';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.startsWith('GIF8')) return 'gif';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  if (text.slice(4, 8) === 'ftyp') {
    const brand = text.slice(8, 12);
    if (brand === 'avif' || brand === 'avis') return 'avif';
    if (['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'].includes(brand)) return 'heic';
  }
  return 'unknown';
}
