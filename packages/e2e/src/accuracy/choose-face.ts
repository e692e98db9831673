import type { Face } from '../service/face-client.js';

/** Farthest that a box centre can be from the picture's centre, in fractions of the sides. */
const MAX_DISTANCE = Math.SQRT1_2;

/**
 * The face that a picture with one named person is about: the one nearest the centre, weighted by size. Its score is
 * `sqrt(width x height) x (1 - distance / maxDistance)^2` with everything in fractions of the picture, so a bystander
 * wins only when much larger or much more central. The rule never looks at vectors, which would leak the answer.
 *
 * @returns undefined when there is no face
 */
export function chooseFace(faces: readonly Face[]): Face | undefined {
  return faces.reduce<Face | undefined>(
    (best, face) => (best === undefined || centralSize(face) > centralSize(best) ? face : best),
    undefined,
  );
}

function centralSize({ BoundingBox: box }: Face): number {
  const distance = Math.hypot(box.Left + box.Width / 2 - 0.5, box.Top + box.Height / 2 - 0.5);
  return Math.sqrt(Math.max(0, box.Width * box.Height)) * Math.max(0, 1 - distance / MAX_DISTANCE) ** 2;
}
