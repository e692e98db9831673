import { type Chunks, nodeField, weightField } from '@face-comparison/bundle/onnx';
import { seededRandom } from '../../statistics/random.js';
import { replaceOutput } from './graph-edit.js';

/** The head of the default model that carries most weight, by the name of its output. */
const HEAD = 'sface';

/** What the manifest has to call the output of the head with noise. */
export const NOISY_HEAD = 'noisy_sface';

/**
 * Standard deviation of the factors. A vector times factors of mean 1 and deviation s keeps a cosine of about
 * 1 / sqrt(1 + s * s) with itself: 0.954 for this head, and 0.97 for all three by their weights.
 */
const DEVIATION = 0.314;

/** The default model's embedder with noise in one head, as a model that was trained or converted badly has it. */
export function noisyEmbedder(model: Uint8Array, length: number): Chunks {
  const random = seededRandom(1);
  const factors = Array.from({ length }, () => 1 + DEVIATION * normal(random));
  return replaceOutput(model, HEAD, NOISY_HEAD, [
    weightField('noise', [length], factors),
    nodeField({ operator: 'Mul', inputs: [HEAD, 'noise'], outputs: [NOISY_HEAD] }),
  ]);
}

/** A number from the standard normal distribution (Box and Muller, 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
