import type { DetectorSpec } from '@face-comparison/bundle';
import { decodeOutputs, outputNames } from './decode-outputs.js';

const input = { name: 'image', layout: 'NHWC', type: 'uint8', colour: 'RGB' } as const;
const common = { file: 'd.onnx', input, size: { longSide: 640, multiple: 32 }, scoreThreshold: 0.5, nmsIou: 0.4 };

const yunet: DetectorSpec = {
  kind: 'yunet',
  ...common,
  outputs: { scores: 's', boxes: 'b', landmarks: 'l' },
};

const scrfd: DetectorSpec = {
  kind: 'scrfd',
  ...common,
  anchorsPerCell: 2,
  levels: [
    { stride: 8, scores: 's8', boxes: 'b8', landmarks: 'l8' },
    { stride: 16, scores: 's16', boxes: 'b16', landmarks: 'l16' },
  ],
};

const points = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const asPoints = (flat: readonly number[]): { x: number; y: number }[] =>
  [0, 1, 2, 3, 4].map((i) => ({ x: flat[2 * i] ?? Number.NaN, y: flat[2 * i + 1] ?? Number.NaN }));

describe('outputNames', () => {
  it('lists scores, boxes and landmarks, level by level', () => {
    expect(outputNames(yunet)).toEqual(['s', 'b', 'l']);
    expect(outputNames(scrfd)).toEqual(['s8', 'b8', 'l8', 's16', 'b16', 'l16']);
  });
});

describe('decodeOutputs of YuNet', () => {
  const outputs = [
    Float32Array.of(0.9, 0.5, 0.75),
    Float32Array.of(1, 2, 30, 40, 5, 6, 7, 8, 100, 50, 120, 90),
    Float32Array.from([...points, ...points.map((p) => p * 10), ...points.map((p) => p * 100)]),
  ];

  it('gives the rows above the threshold, and not those at it', () => {
    expect(decodeOutputs(yunet, outputs, 640, 480)).toEqual([
      { score: expect.closeTo(0.9, 6) as number, box: { x1: 1, y1: 2, x2: 30, y2: 40 }, landmarks: asPoints(points) },
      { score: 0.75, box: { x1: 100, y1: 50, x2: 120, y2: 90 }, landmarks: asPoints(points.map((p) => p * 100)) },
    ]);
  });

  it('takes a score that is not a number for no face, and one above 1 for 1', () => {
    const odd = [Float32Array.of(Number.NaN, 1.0001, 0), outputs[1], outputs[2]].map((o) => o ?? new Float32Array(0));
    expect(decodeOutputs(yunet, odd, 640, 480).map(({ score }) => score)).toEqual([1]);
  });

  it('puts landmarks in the order of the manifest', () => {
    const [face] = decodeOutputs({ ...yunet, landmarkOrder: [1, 0, 2, 4, 3] }, outputs, 640, 480);
    const [a, b, c, d, e] = asPoints(points);
    expect(face?.landmarks).toEqual([b, a, c, e, d]);
  });
});

describe('decodeOutputs of SCRFD', () => {
  // An input of 40 x 20 pixels: 5 x 3 cells of 8 pixels and 3 x 2 cells of 16, two rows a cell.
  const rows8 = 5 * 3 * 2;
  const rows16 = 3 * 2 * 2;
  const blank = (): Float32Array[] =>
    [rows8, rows16].flatMap((rows) => [
      new Float32Array(rows),
      new Float32Array(rows * 4),
      new Float32Array(rows * 10),
    ]);

  function withFace(level: 0 | 1, row: number, score = 0.8): Float32Array[] {
    const outputs = blank();
    outputs[level * 3]?.set([score], row);
    outputs[level * 3 + 1]?.set([1, 2, 3, 4], row * 4);
    outputs[level * 3 + 2]?.set([-1, 0, 1, 0, 0, 0.5, -1, 1, 1, 2], row * 10);
    return outputs;
  }

  it('measures from the corner of the cell, in strides', () => {
    // Row 2 * (1 * 5 + 3) + 1: the second anchor of column 3 in row 1, which starts at (24, 8).
    expect(decodeOutputs(scrfd, withFace(0, 17), 40, 20)).toEqual([
      {
        score: expect.closeTo(0.8, 6) as number,
        box: { x1: 24 - 8, y1: 8 - 16, x2: 24 + 24, y2: 8 + 32 },
        landmarks: [
          { x: 16, y: 8 },
          { x: 32, y: 8 },
          { x: 24, y: 12 },
          { x: 16, y: 16 },
          { x: 32, y: 24 },
        ],
      },
    ]);
  });

  it('gives both anchors of a cell the same place', () => {
    const [first] = decodeOutputs(scrfd, withFace(0, 16), 40, 20);
    const [second] = decodeOutputs(scrfd, withFace(0, 17), 40, 20);
    expect(first).toEqual(second);
  });

  it('uses the stride and the columns of each level', () => {
    // Row 2 * (1 * 3 + 2): column 2 in row 1 of the second level, which starts at (32, 16).
    const [face] = decodeOutputs(scrfd, withFace(1, 10), 40, 20);
    expect(face?.box).toEqual({ x1: 32 - 16, y1: 16 - 32, x2: 32 + 48, y2: 16 + 64 });
    expect(face?.landmarks[0]).toEqual({ x: 16, y: 16 });
  });

  it('puts landmarks in the order of the manifest', () => {
    const [face] = decodeOutputs({ ...scrfd, landmarkOrder: [1, 0, 2, 4, 3] }, withFace(0, 17), 40, 20);
    expect(face?.landmarks[0]).toEqual({ x: 32, y: 8 });
    expect(face?.landmarks[3]).toEqual({ x: 32, y: 24 });
  });

  it('finds nothing at or below the threshold, and nothing in outputs that are too short', () => {
    expect(decodeOutputs(scrfd, withFace(0, 17, 0.5), 40, 20)).toEqual([]);
    expect(decodeOutputs(scrfd, [], 40, 20)).toEqual([]);
  });
});
