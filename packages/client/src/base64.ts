import { InvalidInputError } from './errors/client-errors.js';

/** `String.fromCharCode` takes its characters as arguments, whose number is limited. */
const CHUNK_BYTES = 8_192;

/**
 * Bytes as standard base64.
 * @throws InvalidInputError when the platform has no `btoa`
 */
export function encodeBase64(bytes: Uint8Array): string {
  if (typeof btoa !== 'function') {
    throw new InvalidInputError('this platform has no btoa, which is needed to write base64; add a polyfill of btoa');
  }
  let latin1 = '';
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    latin1 += String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES));
  }
  return btoa(latin1);
}

/**
 * The bytes of standard base64.
 * @returns undefined when the text is not base64
 * @throws InvalidInputError when the platform has no `atob`
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (typeof atob !== 'function') {
    throw new InvalidInputError('this platform has no atob, which is needed to read base64; add a polyfill of atob');
  }
  try {
    return bytesOfLatin1(atob(text));
  } catch {
    return undefined;
  }
}

/** The bytes of a text in which each character stands for a byte. */
export function bytesOfLatin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
