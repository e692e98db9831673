import type { DetectorSpec } from '@face-comparison/bundle';
import type { Detection, FivePoints, Point } from '../geometry.js';

type YunetSpec = Extract<DetectorSpec, { kind: 'yunet' }>;
type ScrfdSpec = Extract<DetectorSpec, { kind: 'scrfd' }>;

/** The outputs of the graph to fetch, in the order in which `decodeOutputs` wants them. */
export function outputNames(spec: DetectorSpec): string[] {
  return spec.kind === 'yunet'
    ? [spec.outputs.scores, spec.outputs.boxes, spec.outputs.landmarks]
    : spec.levels.flatMap((level) => [level.scores, level.boxes, level.landmarks]);
}

/** Turns the raw outputs of a detector into faces above its threshold, in pixels of its input, not yet suppressed. */
export function decodeOutputs(
  spec: DetectorSpec,
  outputs: readonly Float32Array[],
  inputWidth: number,
  inputHeight: number,
): Detection[] {
  switch (spec.kind) {
    case 'yunet':
      return decodeYunet(spec, outputs);
    case 'scrfd':
      return decodeScrfd(spec, outputs, inputWidth, inputHeight);
  }
}

const empty = new Float32Array(0);

/** YuNet (Wu, Peng, Yu 2023): the graph itself decodes; scores are sqrt(class * objectness). */
function decodeYunet(spec: YunetSpec, outputs: readonly Float32Array[]): Detection[] {
  const [scores = empty, boxes = empty, points = empty] = outputs;
  const found: Detection[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    if (!(score > spec.scoreThreshold)) continue;
    const at = (k: number): number => boxes[i * 4 + k] ?? 0;
    found.push({
      score: Math.min(1, score),
      box: { x1: at(0), y1: at(1), x2: at(2), y2: at(3) },
      landmarks: fivePoints(spec, (k) => ({ x: points[i * 10 + 2 * k] ?? 0, y: points[i * 10 + 2 * k + 1] ?? 0 })),
    });
  }
  return found;
}

/**
 * SCRFD (Guo et al. 2021) as InsightFace exports it: a row for each cell and anchor, row-major; boxes are distances from
 * the cell to the four sides and points are offsets, both in units of the stride.
 */
function decodeScrfd(
  spec: ScrfdSpec,
  outputs: readonly Float32Array[],
  inputWidth: number,
  inputHeight: number,
): Detection[] {
  const found: Detection[] = [];
  spec.levels.forEach((level, index) => {
    const scores = outputs[index * 3] ?? empty;
    const distances = outputs[index * 3 + 1] ?? empty;
    const offsets = outputs[index * 3 + 2] ?? empty;
    const columns = Math.ceil(inputWidth / level.stride);
    const cells = columns * Math.ceil(inputHeight / level.stride);
    const rows = Math.min(scores.length, cells * spec.anchorsPerCell);
    for (let i = 0; i < rows; i++) {
      const score = scores[i] ?? 0;
      if (!(score > spec.scoreThreshold)) continue;
      const cell = Math.floor(i / spec.anchorsPerCell);
      const x = (cell % columns) * level.stride;
      const y = Math.floor(cell / columns) * level.stride;
      const distance = (k: number): number => (distances[i * 4 + k] ?? 0) * level.stride;
      const offset = (k: number): number => (offsets[i * 10 + k] ?? 0) * level.stride;
      found.push({
        score: Math.min(1, score),
        box: { x1: x - distance(0), y1: y - distance(1), x2: x + distance(2), y2: y + distance(3) },
        landmarks: fivePoints(spec, (k) => ({ x: x + offset(2 * k), y: y + offset(2 * k + 1) })),
      });
    }
  });
  return found;
}

function fivePoints(spec: DetectorSpec, point: (index: number) => Point): FivePoints {
  const [a, b, c, d, e] = spec.landmarkOrder ?? [0, 1, 2, 3, 4];
  return [point(a), point(b), point(c), point(d), point(e)];
}
