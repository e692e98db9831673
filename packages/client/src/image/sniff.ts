/** How many bytes `imageTypeOf` looks at. */
export const SNIFFED_BYTES = 8;

/** The media type of a photo whose format is not known. The service judges the bytes itself. */
export const UNKNOWN_IMAGE = 'image/*';

const SIGNATURES: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/bmp', [0x42, 0x4d]],
];

/** The media type of an image by its first bytes; `image/*` where they are those of no format the service reads. */
export function imageTypeOf(bytes: Uint8Array): string {
  const found = SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte));
  return found?.[0] ?? UNKNOWN_IMAGE;
}
