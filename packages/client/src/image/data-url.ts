import { bytesOfLatin1, decodeBase64 } from '../base64.js';
import { InvalidInputError } from '../errors/client-errors.js';

/**
 * The bytes of a data: URL (RFC 2397), base64 or percent-encoded.
 * @throws InvalidInputError when it is neither
 */
export function bytesOfDataUrl(url: string): Uint8Array<ArrayBuffer> {
  const comma = url.indexOf(',');
  if (comma < 0) throw new InvalidInputError('image: expected content after a comma in the data: URL, got none');
  const content = url.slice(comma + 1);
  const isBase64 = /;\s*base64\s*$/i.test(url.slice(0, comma));
  const bytes = isBase64 ? decodeBase64(percentDecoded(content)) : bytesOfLatin1(percentDecoded(content));
  if (bytes === undefined) throw new InvalidInputError('image: the content of the data: URL is not valid base64');
  return bytes;
}

/** Each character stands for a byte; decodeURIComponent would read the bytes as UTF-8 and throw on others. */
function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
