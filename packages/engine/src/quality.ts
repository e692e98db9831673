import type { FivePoints } from './geometry.js';

/** What can be said of a face before its vector is trusted. */
export interface FaceQuality {
  /** 0..100; from the variance of the Laplacian of the aligned crop (Pech-Pacheco et al. 2000). Below 20 is blurred. */
  readonly sharpness: number;
  /** 0..100; mean luma of the aligned crop. */
  readonly brightness: number;
  /** Degrees, estimated from five points only: good to some ten degrees. */
  readonly pose: { readonly roll: number; readonly yaw: number; readonly pitch: number };
}

/** The variance at which sharpness is 50: between the sample photos and the same photos blurred (see the tests). */
const SHARPNESS_HALF_VARIANCE = 60;

/** @param crop RGB bytes of the aligned crop, `size` squared */
export function assessQuality(crop: Uint8Array, size: number, landmarks: FivePoints): FaceQuality {
  // The middle half of the crop is skin, eyes and mouth in every template in use; outside is hair and background.
  const from = Math.floor(size / 4);
  const to = size - from;
  const luma = (x: number, y: number): number => {
    const p = (y * size + x) * 3;
    return 0.299 * (crop[p] ?? 0) + 0.587 * (crop[p + 1] ?? 0) + 0.114 * (crop[p + 2] ?? 0);
  };
  let count = 0;
  let brightness = 0;
  let sum = 0;
  let squares = 0;
  for (let y = from; y < to; y++) {
    for (let x = from; x < to; x++) {
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

/**
 * Roll from the line through the eyes. Yaw from where the nose tip stands between the eyes, and pitch from where it
 * stands between eyes and mouth, both measured along the axes of the face and taken as the sine of the angle.
 */
function estimatePose([leftEye, rightEye, nose, leftMouth, rightMouth]: FivePoints): FaceQuality['pose'] {
  const degrees = 180 / Math.PI;
  const dx = rightEye.x - leftEye.x;
  const dy = rightEye.y - leftEye.y;
  const eyes = Math.hypot(dx, dy);
  if (eyes === 0) return { roll: 0, yaw: 0, pitch: 0 };
  const ux = dx / eyes;
  const uy = dy / eyes;
  const along = (x: number, y: number): number => x * ux + y * uy;
  const across = (x: number, y: number): number => -x * uy + y * ux;
  const ex = (leftEye.x + rightEye.x) / 2;
  const ey = (leftEye.y + rightEye.y) / 2;
  const mx = (leftMouth.x + rightMouth.x) / 2;
  const my = (leftMouth.y + rightMouth.y) / 2;
  const sideways = along(nose.x - (ex + mx) / 2, nose.y - (ey + my) / 2) / (eyes / 2);
  const depth = across(mx - ex, my - ey);
  const lift = depth === 0 ? 0 : across(nose.x - ex, nose.y - ey) / depth;
  const angle = (sine: number): number => Math.asin(Math.min(1, Math.max(-1, sine))) * degrees;
  // In a frontal face of the ArcFace template the nose tip stands at half the way from the eyes to the mouth.
  return { roll: Math.atan2(dy, dx) * degrees, yaw: angle(sideways), pitch: angle((0.5 - lift) * 2) };
}
