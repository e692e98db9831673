import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../../../..');
export const PHOTOS = join(ROOT, 'models/default/golden/photos');

/** How many numbers a vector of the default model has. */
const LENGTH = 768;

/** Vectors of the default model, as it makes them of its golden crops. */
export function realVectors(): Float32Array[] {
  const bytes = readFileSync(join(ROOT, 'models/default/golden/vectors.f32'));
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: numbers.length / LENGTH }, (_, index) =>
    numbers.slice(index * LENGTH, (index + 1) * LENGTH),
  );
}
