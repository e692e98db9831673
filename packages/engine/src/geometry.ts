/** A point in pixels of the upright picture; the centre of the first pixel is (0, 0). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box in pixels: left, top, right, bottom. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Eye at the left of the picture, eye at the right, nose tip, mouth corner at the left, mouth corner at the right. */
export type FivePoints = readonly [Point, Point, Point, Point, Point];

/** A face as a detector reports it. */
export interface Detection {
  readonly box: Box;
  /** 0..1 */
  readonly score: number;
  readonly landmarks: FivePoints;
}

/** Distance of two points in pixels. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Area in square pixels; zero for an empty or inverted box. */
export function area(box: Box): number {
  return Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1);
}

/** Intersection over union of two boxes, 0..1. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

/**
 * Greedy non-maximum suppression: best score first, a box that overlaps a kept one by more than `maxIou` is dropped.
 * The order of equal scores is kept.
 */
export function suppressOverlaps(detections: readonly Detection[], maxIou: number): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of [...detections].sort((a, b) => b.score - a.score)) {
    if (kept.every((better) => iou(candidate.box, better.box) <= maxIou)) kept.push(candidate);
  }
  return kept;
}

/** Applies a mapping to each of the five points. */
export function mapPoints([p0, p1, p2, p3, p4]: FivePoints, map: (point: Point, index: number) => Point): FivePoints {
  return [map(p0, 0), map(p1, 1), map(p2, 2), map(p3, 3), map(p4, 4)];
}

/** Applies a mapping of points to a box (its corners, re-sorted) and to the landmarks. */
export function mapDetection(detection: Detection, map: (x: number, y: number) => Point): Detection {
  const { box, landmarks } = detection;
  const a = map(box.x1, box.y1);
  const b = map(box.x2, box.y2);
  return {
    score: detection.score,
    box: { x1: Math.min(a.x, b.x), y1: Math.min(a.y, b.y), x2: Math.max(a.x, b.x), y2: Math.max(a.y, b.y) },
    landmarks: mapPoints(landmarks, ({ x, y }) => map(x, y)),
  };
}
