import type { BoundingBox, Face } from '@face-comparison/client';
import { iou, matchFace, type KnownFace } from './match-face.js';

const OLD = { modelVersion: '1.0.0', embeddingSpace: '1111111111111111' };
const NEW = { modelVersion: '2.0.0', embeddingSpace: '2222222222222222' };
const box = (left: number, size = 0.2): BoundingBox => ({ left, top: 0.1, width: size, height: size });
const face = (model: typeof OLD, left: number, vector: number[], size?: number): Face => ({
  ...model,
  boundingBox: box(left, size),
  confidence: 0.99,
  vector: Float32Array.from(vector),
});
const known = (vector: number[], boundingBox?: BoundingBox): KnownFace => ({
  vector: { ...OLD, vector: Float32Array.from(vector) },
  boundingBox,
});
const seenByNew = [face(NEW, 0.1, [9, 1]), face(NEW, 0.6, [1, 9])];

describe('a stored face', () => {
  it('is found by its vector among several, whatever its stored box says', () => {
    const seenByOld = [face(OLD, 0.61, [0, 1]), face(OLD, 0.11, [1, 0])];
    expect(matchFace(known([1, 0.01], box(0.6)), seenByNew, seenByOld)).toEqual({
      face: seenByNew[0],
      matchedBy: 'vector',
    });
  });

  it('is not taken for another when its vector is not in the photo, even if there is one face only', () => {
    const alone = [face(NEW, 0.1, [9, 1])];
    const result = matchFace(known([1, 0], box(0.1)), alone, [face(OLD, 0.1, [0.5, 0.5])]);
    expect(result).toMatchObject({ reason: 'face_not_in_photo' });
    expect('detail' in result && result.detail).toContain('cosine of 0.707');
  });

  it('is found by its box when the old version is gone', () => {
    expect(matchFace(known([1, 0], box(0.58)), seenByNew, undefined)).toEqual({
      face: seenByNew[1],
      matchedBy: 'box',
    });
    expect(matchFace(known([1, 0], box(0.35)), seenByNew, undefined)).toMatchObject({ reason: 'face_not_in_photo' });
  });

  it('is the only face, or else the largest, when nothing is known of it but its photo', () => {
    expect(matchFace(known([1, 0]), seenByNew.slice(1), undefined)).toMatchObject({ matchedBy: 'only-face' });
    const crowd = [...seenByNew, face(NEW, 0.3, [1, 1], 0.3)];
    expect(matchFace(known([1, 0]), crowd, undefined)).toEqual({ face: crowd[2], matchedBy: 'largest-face' });
  });

  it('is not in a photo where the new version sees no face', () => {
    expect(matchFace(known([1, 0], box(0.1)), [], undefined)).toMatchObject({ reason: 'no_face_in_photo' });
    expect(matchFace(known([1, 0]), [], [face(OLD, 0.1, [1, 0])])).toMatchObject({ reason: 'no_face_in_photo' });
  });

  it('that the old version sees and the new one does not is not found', () => {
    expect(matchFace(known([1, 0]), seenByNew, [face(OLD, 0.35, [1, 0])])).toMatchObject({
      reason: 'face_not_in_photo',
    });
  });
});

describe('the overlap of two boxes', () => {
  it('is 1 for the same box, 0 for boxes apart, a third for half a box', () => {
    expect(iou(box(0.1), box(0.1))).toBeCloseTo(1);
    expect(iou(box(0.1), box(0.5))).toBe(0);
    expect(iou(box(0.1), box(0.2))).toBeCloseTo(1 / 3);
  });
});
