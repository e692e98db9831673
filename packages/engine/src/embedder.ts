import type { HeadSpec, Manifest } from '@face-comparison/bundle';
import { EngineError } from './engine-error.js';
import type { ExecutionProvider, Session } from './session.js';
import { imageTensor } from './tensor.js';

/**
 * How many faces go through the heads in one run, so that forty people in one picture are embedded in several. On a CPU
 * two take a tenth less time each than one by one, and more gain little; the memory of a run, 14 MB a face for the default
 * model, is kept by each lane. A GPU is only busy with larger batches.
 */
export const FACES_PER_RUN = { cpu: 2, cuda: 16 } as const satisfies Record<ExecutionProvider, number>;

/**
 * How many crops a run on a GPU is given: it is filled up to one of these. For each new shape of an input the CUDA provider
 * first tries out algorithms, which takes far longer than a run; so there are few shapes, and all are run before the first photo.
 */
export const CUDA_RUN_SIZES = [1, 2, 4, 8, 16] as const;

/** What has been run so far. */
export interface RunCounts {
  /** Runs of heads, those of several that share one counted once. */
  readonly runs: number;
  /** Faces in these runs. */
  readonly faces: number;
}

/** Heads that take the same input of the same graph and so share a run. */
interface HeadGroup {
  readonly session: Session;
  readonly heads: readonly { readonly spec: HeadSpec; readonly offset: number }[];
  readonly first: HeadSpec;
  /** Crops a run, at most. */
  readonly batch: number;
  /** The numbers of crops that a run may have, smallest first; undefined for any. */
  readonly sizes: readonly number[] | undefined;
}

/** Vectors of aligned crops: the parts of all heads, each of unit length times the root of its weight, one after another. */
export class Embedder {
  readonly length: number;
  readonly #cropSize: number;
  readonly #groups: readonly HeadGroup[];
  #counts: RunCounts = { runs: 0, faces: 0 };

  /**
   * @param sessions the loaded graph of each head file, by the path in the manifest
   * @param provider what the graphs run on
   */
  constructor(manifest: Manifest, sessions: ReadonlyMap<string, Session>, provider: ExecutionProvider) {
    this.#cropSize = manifest.alignment.size;
    const groups = new Map<string, HeadGroup & { readonly heads: { spec: HeadSpec; offset: number }[] }>();
    let offset = 0;
    for (const spec of manifest.heads) {
      const session = sessions.get(spec.file);
      if (session === undefined)
        throw new EngineError('model_unusable', `head "${spec.name}": ${spec.file} is not loaded`);
      const key = JSON.stringify([spec.file, spec.input, spec.window]);
      const fixed = batchOf(spec, session);
      const group = groups.get(key) ?? {
        session,
        heads: [],
        first: spec,
        batch: fixed ?? FACES_PER_RUN[provider],
        sizes: fixed === undefined && provider === 'cuda' ? CUDA_RUN_SIZES : undefined,
      };
      group.heads.push({ spec, offset });
      groups.set(key, group);
      offset += spec.output.length;
    }
    this.length = offset;
    this.#groups = [...groups.values()];
  }

  /**
   * Embeds aligned crops.
   *
   * @param crops RGB bytes of `count` crops, one after another
   * @returns `count` unit vectors of `length` numbers: their dot product is the sum of the heads' cosines by weight
   */
  async embed(crops: Uint8Array, count: number, checkDeadline: () => void): Promise<Float32Array[]> {
    const bytesPerCrop = this.#cropSize * this.#cropSize * 3;
    const vectors = Array.from({ length: count }, () => new Float32Array(this.length));
    for (const group of this.#groups) {
      for (let start = 0; start < count; start += group.batch) {
        checkDeadline();
        const end = Math.min(count, start + group.batch);
        const batch = crops.subarray(start * bytesPerCrop, end * bytesPerCrop);
        await this.#run(group, batch, vectors.slice(start, end));
      }
    }
    return vectors;
  }

  /** What has been run since the last time that this was asked. */
  takeCounts(): RunCounts {
    const counts = this.#counts;
    this.#counts = { runs: 0, faces: 0 };
    return counts;
  }

  async #run(
    { session, heads, first, sizes }: HeadGroup,
    crops: Uint8Array,
    vectors: readonly Float32Array[],
  ): Promise<void> {
    const { input, window } = first;
    const count = vectors.length;
    const size = sizes?.find((each) => each >= count) ?? count;
    const pixels = filledUp(resample(crops, count, this.#cropSize, input.size, window), size / count);
    const tensor = imageTensor(input, pixels, size, input.size, input.size);
    this.#counts = { runs: this.#counts.runs + 1, faces: this.#counts.faces + count };
    const outputs = await session.run(
      input.name,
      tensor,
      heads.map(({ spec }) => spec.output.name),
    );
    heads.forEach(({ spec, offset }, i) => {
      copyParts(spec, outputs[i] ?? new Float32Array(0), size, vectors, offset);
    });
  }
}

/** Many graphs in the field were exported for one image a run; a fixed number above one fits no number of faces. */
function batchOf(head: HeadSpec, session: Session): number | undefined {
  const fixed = session.fixedBatch(head.input.name);
  if (fixed !== undefined && fixed !== 1) {
    throw new EngineError(
      'model_unusable',
      `head "${head.name}": ${head.file} takes exactly ${fixed} images a run; export it with a dynamic batch axis, or for 1`,
    );
  }
  return fixed;
}

/** Bytes with black images after them, until there are so many times as many. */
function filledUp(pixels: Uint8Array, factor: number): Uint8Array {
  if (factor === 1) return pixels;
  const filled = new Uint8Array(Math.round(pixels.length * factor));
  filled.set(pixels);
  return filled;
}

/** @param size how many images the run had; the first are those of the vectors */
function copyParts(
  spec: HeadSpec,
  output: Float32Array,
  size: number,
  vectors: readonly Float32Array[],
  offset: number,
): void {
  const length = spec.output.length;
  if (output.length !== length * size) {
    throw new EngineError(
      'model_unusable',
      `head "${spec.name}": the manifest promises ${length} numbers a face, the graph gave ${output.length / size}`,
    );
  }
  vectors.forEach((vector, face) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (output[face * length + i] ?? 0) ** 2;
    if (!(sum > 0 && Number.isFinite(sum))) {
      throw new EngineError(
        'model_unusable',
        `head "${spec.name}" gave a vector without a direction (all zero, or not finite)`,
      );
    }
    const factor = Math.sqrt(spec.weight / sum);
    for (let i = 0; i < length; i++) vector[offset + i] = (output[face * length + i] ?? 0) * factor;
  });
}

/** The window of each crop at the size a head wants: bilinear, half-pixel centres, edges repeated. */
function resample(crops: Uint8Array, count: number, from: number, to: number, window: HeadSpec['window']): Uint8Array {
  const { left, top, size } = window ?? { left: 0, top: 0, size: from };
  if (left === 0 && top === 0 && size === from && to === from) return crops;
  const out = new Uint8Array(count * to * to * 3);
  const step = size / to;
  const clamp = (value: number): number => Math.min(from - 1, Math.max(0, value));
  for (let image = 0; image < count; image++) {
    const base = image * from * from * 3;
    for (let row = 0; row < to; row++) {
      const y = clamp(top + (row + 0.5) * step - 0.5);
      const y0 = Math.floor(y);
      const y1 = Math.min(from - 1, y0 + 1);
      for (let column = 0; column < to; column++) {
        const x = clamp(left + (column + 0.5) * step - 0.5);
        const x0 = Math.floor(x);
        const x1 = Math.min(from - 1, x0 + 1);
        const target = ((image * to + row) * to + column) * 3;
        for (let channel = 0; channel < 3; channel++) {
          const at = (px: number, py: number): number => crops[base + (py * from + px) * 3 + channel] ?? 0;
          const upper = at(x0, y0) * (1 - (x - x0)) + at(x1, y0) * (x - x0);
          const lower = at(x0, y1) * (1 - (x - x0)) + at(x1, y1) * (x - x0);
          out[target + channel] = Math.round(upper * (1 - (y - y0)) + lower * (y - y0));
        }
      }
    }
  }
  return out;
}
