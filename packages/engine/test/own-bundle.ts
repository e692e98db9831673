import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MANIFEST_SCHEMA_ID, type Manifest } from '@face-comparison/bundle';
import { onnxModel, type Axis, type GraphConstant, type GraphNode, type GraphValue } from './onnx.js';
import { encodePng, drawnPicture } from './pictures.js';

/** The strides of SCRFD and, for each, the names that InsightFace's det_10g.onnx gives its outputs. */
const LEVELS = [
  { stride: 8, scores: '448', boxes: '451', landmarks: '454' },
  { stride: 16, scores: '471', boxes: '474', landmarks: '477' },
  { stride: 32, scores: '494', boxes: '497', landmarks: '500' },
] as const;

const ANCHORS = 2;

/** What the detector says of a face in a cell, in strides from the corner of the cell. */
export const DISTANCES = [1, 1, 2, 2];
/** Nose, eye at the left, eye at the right, mouth at the right, at the left: not the order of the engine, on purpose. */
export const OFFSETS = [0.5, 0.5, 0, 0, 1, 0, 0.9, 1, 0.1, 1];
export const LANDMARK_ORDER: [number, number, number, number, number] = [1, 2, 0, 4, 3];

/**
 * A detector with the inputs and outputs of SCRFD that finds coloured squares instead of faces: a cell of 8 pixels that
 * is red, of 16 that is green, of 32 that is blue (its first anchor) or of the complementary colour (its second).
 */
export function scrfdLikeDetector(): Buffer {
  const nodes: GraphNode[] = [];
  const constants: GraphConstant[] = [
    { name: 'rows of 1', shape: [2], values: [-1n, 1n] },
    { name: 'rows of 4', shape: [2], values: [-1n, 4n] },
    { name: 'rows of 10', shape: [2], values: [-1n, 10n] },
  ];
  const outputs: GraphValue[] = [];
  LEVELS.forEach(({ stride, scores, boxes, landmarks }, level) => {
    const pooled = `pooled ${stride}`;
    const window = { kernel_shape: [stride, stride], strides: [stride, stride] };
    nodes.push({ op: 'AveragePool', inputs: ['input.1'], output: pooled, attributes: window });
    const colour = [0, 1, 2].map((channel) => (channel === level ? 10 : -10));
    const map = (output: string, width: number, weights: number[], bias: number[], squash: boolean): void => {
      const channels = ANCHORS * width;
      constants.push({ name: `${output} weights`, shape: [channels, 3, 1, 1], values: weights });
      constants.push({ name: `${output} bias`, shape: [channels], values: bias });
      const inputs = [pooled, `${output} weights`, `${output} bias`];
      nodes.push({ op: 'Conv', inputs, output: `${output} map`, attributes: { kernel_shape: [1, 1] } });
      const last = squash ? `${output} squashed` : `${output} map`;
      if (squash) nodes.push({ op: 'Sigmoid', inputs: [`${output} map`], output: last });
      const perm = [0, 2, 3, 1];
      nodes.push({ op: 'Transpose', inputs: [last], output: `${output} rows`, attributes: { perm } });
      nodes.push({ op: 'Reshape', inputs: [`${output} rows`, `rows of ${width}`], output });
      outputs.push({ name: output, shape: ['rows', width] });
    };
    const none = (width: number): number[] => Array.from({ length: ANCHORS * width * 3 }, () => 0);
    map(scores, 1, [...colour, ...colour.map((weight) => -weight)], [-20, -20], true);
    map(boxes, 4, none(4), [...DISTANCES, ...DISTANCES], false);
    map(landmarks, 10, none(10), [...OFFSETS, ...OFFSETS], false);
  });
  return onnxModel({ inputs: [{ name: 'input.1', shape: [1, 3, 'height', 'width'] }], outputs, nodes, constants });
}

export const VECTOR_LENGTH = 512;
const POOL = 28;

/** Weights of the head below, [48, 512]. */
export const HEAD_WEIGHTS = Float32Array.from({ length: 48 * VECTOR_LENGTH }, (_, i) => Math.sin(i * 12.9898) * 0.5);

export interface HeadOptions {
  readonly batch?: Axis;
  readonly weights?: Float32Array;
  /** Give whole numbers instead of floats. */
  readonly wholeNumbers?: boolean;
}

/** A head with the inputs and outputs of ArcFace (w600k_r50.onnx): means of 4 x 4 parts of the crop, mixed by a matrix. */
export function arcFaceLikeHead({ batch = 'N', weights = HEAD_WEIGHTS, wholeNumbers }: HeadOptions = {}): Buffer {
  const pool = { kernel_shape: [POOL, POOL], strides: [POOL, POOL] };
  const mixed = wholeNumbers === true ? 'mixed' : '683';
  return onnxModel({
    inputs: [{ name: 'input.1', shape: [batch, 3, 112, 112] }],
    outputs: [{ name: '683', shape: [batch, VECTOR_LENGTH], type: wholeNumbers === true ? 'int64' : 'float32' }],
    nodes: [
      { op: 'AveragePool', inputs: ['input.1'], output: 'parts', attributes: pool },
      { op: 'Flatten', inputs: ['parts'], output: 'flat', attributes: { axis: 1 } },
      { op: 'MatMul', inputs: ['flat', 'weights'], output: mixed },
      ...(wholeNumbers === true ? [{ op: 'Cast', inputs: [mixed], output: '683', attributes: { to: 7 } }] : []),
    ],
    constants: [{ name: 'weights', shape: [48, VECTOR_LENGTH], values: weights }],
  });
}

/** What the head above gives for a crop of RGB bytes, 112 squared, normalised to unit length. */
export function expectedVector(crop: Uint8Array): Float32Array {
  const parts = new Float64Array(48);
  for (let i = 0; i < crop.length; i++) {
    const channel = i % 3;
    const column = Math.floor(i / 3) % 112;
    const row = Math.floor(i / (3 * 112));
    const part = channel * 16 + Math.floor(row / POOL) * 4 + Math.floor(column / POOL);
    parts[part] = (parts[part] ?? 0) + ((crop[i] ?? 0) - 127.5) / 127.5 / POOL ** 2;
  }
  const vector = Float32Array.from({ length: VECTOR_LENGTH }, (_, column) =>
    parts.reduce((sum, value, row) => sum + value * (HEAD_WEIGHTS[row * VECTOR_LENGTH + column] ?? 0), 0),
  );
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

export interface OwnBundle {
  readonly detector?: Buffer;
  readonly head?: Buffer;
  /** Changes the manifest before it is written. */
  readonly manifest?: (manifest: Manifest) => Manifest;
}

/** Writes a bundle as a user of InsightFace's models would: SCRFD with five points, and one ArcFace head. */
export async function writeOwnBundle(
  folder: string,
  { detector = scrfdLikeDetector(), head = arcFaceLikeHead(), manifest: change = (same) => same }: OwnBundle = {},
): Promise<void> {
  const crop = drawnPicture(112, 112, (x, y) => [x * 2, y * 2, (x * y) % 256]);
  const contents: Record<string, Buffer> = {
    'det_10g.onnx': detector,
    'w600k_r50.onnx': head,
    'golden/face.png': await encodePng(crop),
    'golden/vectors.f32': Buffer.from(expectedVector(crop.data).buffer),
  };
  const manifest: Manifest = {
    schema: MANIFEST_SCHEMA_ID,
    name: 'own',
    version: '1.0.0',
    files: Object.entries(contents).map(([path, content]) => ({ path, size: content.length, sha256: sha256(content) })),
    detector: {
      kind: 'scrfd',
      file: 'det_10g.onnx',
      input: { name: 'input.1', layout: 'NCHW', type: 'float32', colour: 'RGB', mean: 127.5, scale: 1 / 128 },
      size: { longSide: 640, multiple: 32 },
      scoreThreshold: 0.5,
      nmsIou: 0.4,
      landmarkOrder: LANDMARK_ORDER,
      anchorsPerCell: ANCHORS,
      levels: LEVELS.map((level) => ({ ...level })),
    },
    alignment: {
      size: 112,
      template: [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
      ],
      antialias: false,
    },
    heads: [
      {
        name: 'arcface',
        file: 'w600k_r50.onnx',
        input: {
          name: 'input.1',
          layout: 'NCHW',
          type: 'float32',
          colour: 'RGB',
          mean: 127.5,
          scale: 1 / 127.5,
          size: 112,
        },
        output: { name: '683', length: VECTOR_LENGTH },
        weight: 1,
      },
    ],
    calibration: {
      kind: 'logistic',
      slope: 30,
      midpoint: 0.3,
      defaultThreshold: 80,
      measuredOn: 'nothing: made for tests',
      operatingPoints: [],
    },
    golden: { crops: ['golden/face.png'], vectors: 'golden/vectors.f32', minCosine: 0.999 },
    provenance: [
      {
        part: 'all',
        name: 'made for tests',
        licence: 'Apache-2.0',
        source: 'test/own-bundle.ts',
        sha256: sha256(head),
      },
    ],
  };
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(change(manifest)));
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
