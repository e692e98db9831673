import type { HeadSpec, Manifest } from '../src/index.js';

export const digest = (digit: string): string => digit.repeat(64);

/** A correct manifest of the default model's shape: a decoded detector and two heads that share one graph. */
export function twoHeads(): Manifest {
  const input: HeadSpec['input'] = { name: 'faces', layout: 'NHWC', type: 'uint8', colour: 'RGB', size: 160 };
  return {
    schema: 'face-comparison.dev/bundle/v1',
    name: 'two-heads',
    version: '1.0.0',
    files: [
      { path: 'detector.onnx', size: 1000, sha256: digest('d') },
      { path: 'embedder.onnx', size: 2000, sha256: digest('e') },
      { path: 'golden/1.png', size: 300, sha256: digest('1') },
      { path: 'golden/vectors.f32', size: 2560, sha256: digest('f') },
    ],
    detector: {
      kind: 'yunet',
      file: 'detector.onnx',
      input: { name: 'image', layout: 'NHWC', type: 'uint8', colour: 'RGB' },
      size: { longSide: 640, multiple: 32 },
      scoreThreshold: 0.65,
      nmsIou: 0.3,
      outputs: { scores: 'scores', boxes: 'boxes', landmarks: 'landmarks' },
    },
    alignment: {
      size: 192,
      template: [
        [69.4419, 89.5444],
        [122.2977, 89.2521],
        [96.0378, 119.6049],
        [74.3239, 150.5482],
        [118.0949, 150.3062],
      ],
      antialias: true,
    },
    heads: [
      {
        name: 'first',
        file: 'embedder.onnx',
        input,
        window: { left: 16, top: 16, size: 160 },
        output: { name: 'first', length: 512 },
        weight: 0.75,
      },
      { name: 'second', file: 'embedder.onnx', input, output: { name: 'second', length: 128 }, weight: 0.25 },
    ],
    calibration: {
      kind: 'logistic',
      slope: 18,
      midpoint: 0.4,
      defaultThreshold: 50,
      measuredOn: 'LFW',
      operatingPoints: [{ far: 0.001, tar: 0.99, cosine: 0.35, similarity: 28 }],
    },
    golden: { crops: ['golden/1.png'], vectors: 'golden/vectors.f32', minCosine: 0.99 },
    provenance: [
      { part: 'embedder', name: 'first', licence: 'Apache-2.0', source: 'a package 1.0', sha256: digest('a') },
    ],
  };
}

/** A correct manifest of the shape people bring: an SCRFD detector and one ArcFace head. */
export function scrfdAndArcFace(): Manifest {
  const { detector, heads, files, ...rest } = twoHeads();
  const { file, input, size, scoreThreshold, nmsIou } = detector;
  const head = heads[0];
  if (head === undefined) {
    throw new Error('the fixture has heads');
  }
  return {
    ...rest,
    name: 'scrfd-arcface',
    files: files.map((entry) => (entry.path === 'golden/vectors.f32' ? { ...entry, size: 4 * 512 } : entry)),
    detector: {
      kind: 'scrfd',
      file,
      input: { ...input, name: 'input.1', layout: 'NCHW', type: 'float32', mean: 127.5, scale: 1 / 128 },
      size: { ...size, square: true },
      scoreThreshold,
      nmsIou,
      landmarkOrder: [0, 1, 2, 3, 4],
      anchorsPerCell: 2,
      levels: [8, 16, 32].map((stride) => ({
        stride,
        scores: `scores_${stride}`,
        boxes: `boxes_${stride}`,
        landmarks: `landmarks_${stride}`,
      })),
    },
    heads: [
      {
        name: 'arcface',
        file: head.file,
        input: {
          name: 'data',
          layout: 'NCHW',
          type: 'float32',
          colour: 'RGB',
          mean: 127.5,
          scale: [1 / 127.5, 1 / 127.5, 1 / 127.5],
          size: 112,
        },
        output: { name: 'fc1', length: 512 },
        weight: 1,
      },
    ],
  };
}
