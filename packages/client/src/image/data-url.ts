import { InvalidInputError } from '../errors/client-errors.js';

/**
 * The bytes of a data: URL (RFC 2397), base64 or percent-encoded.
 * @throws InvalidInputError when it is neither
 */
export function bytesOfDataUrl(url: string): Uint8Array<ArrayBuffer> {
  const comma = url.indexOf(',');
  if (comma < 0) throw new InvalidInputError('image is a data: URL without a comma, so it has no content');
  const content = url.slice(comma + 1);
  try {
    const isBase64 = /;\s*base64\s*$/i.test(url.slice(0, comma));
    return latin1(isBase64 ? atob(decodeURIComponent(content)) : unescapedBytes(content));
  } catch (error) {
    throw new InvalidInputError('image is a data: URL whose content is not what it says (base64, or percent-encoded)', {
      // The platform's message may quote the content.
      cause: error instanceof Error ? error.name : undefined,
    });
  }
}

/** Each character stands for a byte; decodeURIComponent would read the bytes as UTF-8. */
function unescapedBytes(content: string): string {
  return content.replaceAll(/%([0-9a-f]{2})/gi, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
