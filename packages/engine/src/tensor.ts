import './no-telemetry.js';
import { Tensor } from 'onnxruntime-node';

/** How pixels become the input of a graph; see the manifest. */
export interface TensorInputSpec {
  readonly name: string;
  readonly layout: 'NHWC' | 'NCHW';
  readonly type: 'uint8' | 'float32';
  readonly colour: 'RGB' | 'BGR';
  readonly mean?: number | readonly [number, number, number];
  readonly scale?: number | readonly [number, number, number];
}

type Triple = readonly [number, number, number];

function triple(value: number | Triple | undefined, otherwise: number): Triple {
  if (value === undefined) return [otherwise, otherwise, otherwise];
  return typeof value === 'number' ? [value, value, value] : value;
}

/** True when RGB bytes, row by row, already are what the graph takes. */
function isPlainRgb(spec: TensorInputSpec): boolean {
  return (
    spec.type === 'uint8' &&
    spec.layout === 'NHWC' &&
    spec.colour === 'RGB' &&
    triple(spec.mean, 0).every((mean) => mean === 0) &&
    triple(spec.scale, 1).every((scale) => scale === 1)
  );
}

/**
 * Makes the input tensor of a graph from `count` RGB images of one size, one after another: (pixel - mean) * scale,
 * channels in the wanted order and layout. Bytes that already have the right form are used as they are.
 */
export function imageTensor(
  spec: TensorInputSpec,
  rgb: Uint8Array,
  count: number,
  height: number,
  width: number,
): Tensor {
  const dims = spec.layout === 'NHWC' ? [count, height, width, 3] : [count, 3, height, width];
  if (isPlainRgb(spec)) return new Tensor('uint8', rgb, dims);
  const pixels = height * width;
  const out = spec.type === 'uint8' ? new Uint8Array(rgb.length) : new Float32Array(rgb.length);
  const mean = triple(spec.mean, 0);
  const scale = triple(spec.scale, 1);
  for (let image = 0; image < count; image++) {
    const base = image * pixels * 3;
    for (let channel = 0; channel < 3; channel++) {
      const from = base + (spec.colour === 'RGB' ? channel : 2 - channel);
      const to = spec.layout === 'NCHW' ? base + channel * pixels : base + channel;
      const step = spec.layout === 'NCHW' ? 1 : 3;
      const m = mean[channel] ?? 0;
      const s = scale[channel] ?? 1;
      for (let i = 0; i < pixels; i++) out[to + i * step] = ((rgb[from + i * 3] ?? 0) - m) * s;
    }
  }
  return out instanceof Float32Array ? new Tensor('float32', out, dims) : new Tensor('uint8', out, dims);
}
