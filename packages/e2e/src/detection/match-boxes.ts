import type { AnnotatedBox, PixelBox } from './dlib-xml.js';

/** How one picture's detections stand against its annotation. */
export interface MatchResult {
  readonly annotated: number;
  readonly found: number;
  readonly missed: readonly AnnotatedBox[];
  readonly falsePositives: readonly PixelBox[];
}

/** Overlap from which two boxes are one face, however their makers drew the outline. */
const MIN_IOU = 0.3;

/** Intersection over union of two boxes, 0..1. */
export function intersectionOverUnion(a: PixelBox, b: PixelBox): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}

/**
 * Matches detections with annotated boxes, one to one, the largest overlap first. Two boxes match when they overlap by
 * IoU >= 0.3 or when the centre of each lies in the other: dlib's boxes are square and cut the chin, a detector's are
 * not. A detection on a box to be ignored is neither right nor false.
 */
export function matchBoxes(annotated: readonly AnnotatedBox[], detected: readonly PixelBox[]): MatchResult {
  const candidates = annotated
    .flatMap((truth) => detected.map((box) => ({ truth, box, iou: intersectionOverUnion(truth, box) })))
    .filter(({ truth, box, iou }) => iou >= MIN_IOU || (holdsCentre(truth, box) && holdsCentre(box, truth)))
    .sort((a, b) => b.iou - a.iou);
  const found = new Set<AnnotatedBox>();
  const used = new Set<PixelBox>();
  for (const { truth, box } of candidates) {
    if (found.has(truth) || used.has(box)) continue;
    found.add(truth);
    used.add(box);
  }
  const counted = annotated.filter((truth) => !truth.ignore);
  return {
    annotated: counted.length,
    found: counted.filter((truth) => found.has(truth)).length,
    missed: counted.filter((truth) => !found.has(truth)),
    falsePositives: detected.filter((box) => !used.has(box)),
  };
}

function holdsCentre(outer: PixelBox, inner: PixelBox): boolean {
  const x = inner.left + inner.width / 2;
  const y = inner.top + inner.height / 2;
  return x >= outer.left && x <= outer.left + outer.width && y >= outer.top && y <= outer.top + outer.height;
}
