import type { AlignmentSpec } from '@face-comparison/bundle';
import type { FivePoints } from './geometry.js';

/** What can be said of a face before its vector is trusted. */
export interface FaceQuality {
  /**
   * 0..100; from the variance of the Laplacian of the aligned crop (Pech-Pacheco et al. 2000). Below 20 is blurred, or
   * so small in the photo that the crop had to be enlarged. A smaller crop of the same face has a higher value.
   */
  readonly sharpness: number;
  /** 0..100; mean luma of the aligned crop. */
  readonly brightness: number;
  /**
   * Degrees, estimated from five points only: good to some ten degrees where the points are, and no better than they.
   * Positive is clockwise as seen by the viewer (roll), towards the right of the picture (yaw), up (pitch).
   */
  readonly pose: { readonly roll: number; readonly yaw: number; readonly pitch: number };
}

/**
 * The variance at which sharpness is 50. Measured on crops with 53 pixels between the eyes: the faces of the sample
 * photos have 35 to 480 (a median of 110), blurred by a sigma of 3 photo pixels (2 of the crop) 4 to 22, by 5 at most 6;
 * LFW has a median of 38, and 4 % are under 15, which is a sharpness of 20.
 */
const SHARPNESS_HALF_VARIANCE = 60;

/** The part of the crop that is judged goes beyond the points by this share of the distance between the eyes. */
const MARGIN = 0.4;

/** @param crop RGB bytes of the aligned crop, `alignment.size` squared */
export function assessQuality(
  crop: Uint8Array,
  { size, template }: Pick<AlignmentSpec, 'size' | 'template'>,
  landmarks: FivePoints,
): FaceQuality {
  // Skin, eyes and mouth; what is around them is hair and background.
  const [leftEye, rightEye] = template;
  const margin = MARGIN * Math.hypot(rightEye[0] - leftEye[0], rightEye[1] - leftEye[1]);
  const columns = span(
    template.map(([x]) => x),
    margin,
    size,
  );
  const rows = span(
    template.map(([, y]) => y),
    margin,
    size,
  );
  const luma = (x: number, y: number): number => {
    const p = (y * size + x) * 3;
    return 0.299 * (crop[p] ?? 0) + 0.587 * (crop[p + 1] ?? 0) + 0.114 * (crop[p + 2] ?? 0);
  };
  let count = 0;
  let brightness = 0;
  let sum = 0;
  let squares = 0;
  for (let y = rows.first; y < rows.end; y++) {
    for (let x = columns.first; x < columns.end; x++) {
      const centre = luma(x, y);
      const laplacian = luma(x - 1, y) + luma(x + 1, y) + luma(x, y - 1) + luma(x, y + 1) - 4 * centre;
      brightness += centre;
      sum += laplacian;
      squares += laplacian * laplacian;
      count++;
    }
  }
  const variance = squares / count - (sum / count) ** 2;
  return {
    sharpness: (100 * variance) / (variance + SHARPNESS_HALF_VARIANCE),
    brightness: (100 * brightness) / (count * 255),
    pose: estimatePose(landmarks),
  };
}

/** From the lowest to the highest coordinate and a margin, inside the outermost pixels of the crop. */
function span(coordinates: readonly number[], margin: number, size: number): { first: number; end: number } {
  const within = (value: number, lowest: number): number => Math.min(size - 1, Math.max(lowest, value));
  const first = Math.min(size - 2, within(Math.floor(Math.min(...coordinates) - margin), 1));
  return { first, end: within(Math.ceil(Math.max(...coordinates) + margin), first + 1) };
}

/** How far the nose tip stands before the plane of eyes and mouth, in halves of the distance between the eyes. */
const NOSE_DEPTH = 0.9;

/** From the line of the eyes down to the line of the mouth, in the same unit. */
const EYES_TO_MOUTH = 2;

/**
 * Which part of the way from the eyes down to the mouth the nose tip stands at in a face that looks straight ahead: the
 * median of 492 frontal faces of LFW, as the second look of YuNet marks them. SCRFD was taught with the same marks (WIDER
 * FACE, by the authors of RetinaFace). In ArcFace's template it is 0.495, and every face would seem to look ten degrees
 * down.
 */
const NEUTRAL_NOSE_HEIGHT = 0.556;

/**
 * Roll from the line through the eyes. Yaw from how far the nose tip stands beside the middle line of the face, and pitch
 * from how high it stands between eyes and mouth, along the axes of the face: a point before a plane moves
 * by the tangent of the angle at which the plane is turned. Angles stay within -90..90, whatever the points.
 *
 * Signs are those of the picture as it is seen: roll clockwise, yaw towards the right, pitch up.
 */
function estimatePose([leftEye, rightEye, nose, leftMouth, rightMouth]: FivePoints): FaceQuality['pose'] {
  const degrees = 180 / Math.PI;
  const dx = rightEye.x - leftEye.x;
  const dy = rightEye.y - leftEye.y;
  const eyes = Math.hypot(dx, dy);
  if (eyes === 0) return { roll: 0, yaw: 0, pitch: 0 };
  const along = (x: number, y: number): number => (x * dx + y * dy) / eyes;
  const across = (x: number, y: number): number => (y * dx - x * dy) / eyes;
  const eyesX = (leftEye.x + rightEye.x) / 2;
  const eyesY = (leftEye.y + rightEye.y) / 2;
  const mouthX = (leftMouth.x + rightMouth.x) / 2;
  const mouthY = (leftMouth.y + rightMouth.y) / 2;
  const beside = along(nose.x - (eyesX + mouthX) / 2, nose.y - (eyesY + mouthY) / 2) / (eyes / 2);
  const height = across(mouthX - eyesX, mouthY - eyesY);
  const down = height === 0 ? NEUTRAL_NOSE_HEIGHT : across(nose.x - eyesX, nose.y - eyesY) / height;
  return {
    roll: Math.atan2(dy, dx) * degrees,
    yaw: Math.atan(beside / NOSE_DEPTH) * degrees,
    pitch: Math.atan(((NEUTRAL_NOSE_HEIGHT - down) * EYES_TO_MOUTH) / NOSE_DEPTH) * degrees,
  };
}
