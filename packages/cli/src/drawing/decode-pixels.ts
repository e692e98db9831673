import type { Pixels } from './draw-faces.js';

/** The upright pixels of a photo, by the decoder of the engine, which lies beside its entry. */
export async function decodePixels(bytes: Uint8Array): Promise<Pixels> {
  const decoder: unknown = await import(
    new URL('./image/decode-image.js', import.meta.resolve('@face-comparison/engine')).href
  );
  if (!hasDecodeImage(decoder)) throw new Error('this version of @face-comparison/engine has no decoder of its own');
  return decoder.decodeImage(bytes);
}

function hasDecodeImage(module: unknown): module is { decodeImage: (bytes: Uint8Array) => Promise<Pixels> } {
  return typeof module === 'object' && module !== null && 'decodeImage' in module;
}
