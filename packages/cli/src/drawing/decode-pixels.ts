import type { Pixels } from './draw-faces.js';

/** The upright pixels of a photo, by the decoder of the engine, which is loaded when something is drawn. */
export async function decodePixels(bytes: Uint8Array): Promise<Pixels> {
  const { decodeImage } = await import('@face-comparison/engine');
  return decodeImage(bytes);
}
