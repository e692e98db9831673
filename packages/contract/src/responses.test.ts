import fc from 'fast-check';
import { Value } from 'typebox/value';
import {
  compareResponse,
  faceComparisonResponse,
  type Compared,
  type DetectedFace,
  type DetectedFaces,
} from './responses.js';
import {
  CompareResponseSchema,
  FaceComparisonResponseSchema,
  type CompareResponse,
  type FaceComparisonResponse,
} from './schemas.js';

const NOTHING = { faceHash: false, landmarks: false, quality: false };
const EVERYTHING = { faceHash: true, landmarks: true, quality: true };

type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

function faceAt([x1, y1, x2, y2]: Corners, more: Partial<DetectedFace> = {}): DetectedFace {
  const point = { x: x1, y: y1 };
  return { box: { x1, y1, x2, y2 }, score: 0.9, landmarks: [point, point, point, point, point], ...more };
}

function photoWith(faces: DetectedFace[], width = 1000, height = 500): DetectedFaces {
  return { width, height, faces };
}

const analyze = (detected: DetectedFaces, fields = NOTHING): FaceComparisonResponse => {
  const body = faceComparisonResponse(detected, '2.0.0', fields);
  expect(Value.Errors(FaceComparisonResponseSchema, body)).toEqual([]);
  return body;
};

const similarityOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += (a[i] ?? 0) * (b[i] ?? 0);
  return 100 * Math.max(0, dot);
};

const compare = (source: Compared, target: Compared, threshold = 80, sourceFaceCount?: number): CompareResponse => {
  const comparison = {
    source,
    target,
    threshold,
    similarity: similarityOf,
    ...(sourceFaceCount === undefined ? {} : { sourceFaceCount }),
  };
  const body = compareResponse(comparison, '2.0.0', NOTHING);
  expect(Value.Errors(CompareResponseSchema, body)).toEqual([]);
  return body;
};

describe('an answer to /face_comparison', () => {
  it('gives boxes as fractions of the photo, and only what was asked for', () => {
    expect(analyze(photoWith([faceAt([100, 50, 300, 250], { vector: Float32Array.of(1, 0) })]))).toEqual({
      Faces: [{ BoundingBox: { Left: 0.1, Top: 0.1, Width: 0.2, Height: 0.4 }, Confidence: 0.9 }],
      FaceModelVersion: '2.0.0',
    });
  });

  it('gives everything when everything is asked for, with numbers that are not longer than they are good', () => {
    const quality = { sharpness: 12.3456, brightness: 50.0001, pose: { roll: 1.26, yaw: -3.33, pitch: 0.04 } };
    const face = faceAt([100, 50, 300, 250], { vector: Float32Array.of(0.123456789, -1 / 3), quality });
    const [answered] = analyze(photoWith([face]), EVERYTHING).Faces;
    expect(answered?.face_hash).toEqual([0.123457, -0.333333]);
    expect(answered?.Quality).toEqual({
      Sharpness: 12.35,
      Brightness: 50,
      Pose: { Roll: 1.3, Yaw: -3.3, Pitch: 0 },
      FaceSize: 200,
    });
    expect(answered?.Landmarks?.[0]).toEqual({ Type: 'eyeLeft', X: 0.1, Y: 0.1 });
  });

  it('clips every box to the photo: Left + Width and Top + Height are at most 1', () => {
    const edge = fc.double({ min: -500, max: 5000, noNaN: true });
    const side = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(edge, edge, edge, edge, side, side, (a, b, c, d, width, height) => {
        const corners: Corners = [Math.min(a, b), Math.min(c, d), Math.max(a, b), Math.max(c, d)];
        const [{ BoundingBox: box } = { BoundingBox: undefined }] = analyze(
          photoWith([faceAt(corners)], width, height),
        ).Faces;
        return box !== undefined && box.Left + box.Width <= 1 && box.Top + box.Height <= 1;
      }),
    );
  });
});

describe('an answer to /compare', () => {
  const same = Float32Array.of(1, 0);
  const near = Float32Array.of(0.9, Math.sqrt(1 - 0.81));
  const far = Float32Array.of(0, 1);
  const photoOf = (...vectors: Float32Array[]): Compared => ({
    detected: photoWith(vectors.map((vector, index) => faceAt([index * 100, 0, index * 100 + 50, 50], { vector }))),
  });

  it('lists matches by similarity and the others behind them', () => {
    const answer = compare(photoOf(same), photoOf(far, near, same));
    expect(answer.FaceMatches.map(({ Face }) => Face?.BoundingBox.Left)).toEqual([0.2, 0.1]);
    expect(answer.FaceMatches[0]?.Similarity).toBe(100);
    expect(answer.UnmatchedFaces.map(({ BoundingBox }) => BoundingBox?.Left)).toEqual([0]);
    expect(answer.SourceImageFace?.BoundingBox.Left).toBe(0);
  });

  it('puts the larger face first among equals', () => {
    const answer = compare(photoOf(same), photoOf(same, same));
    expect(answer.FaceMatches.map(({ Face }) => Face?.BoundingBox.Left)).toEqual([0, 0.1]);
  });

  it('judges what it shows: a threshold of 100 finds the same vector, one of 0 finds everybody', () => {
    expect(compare(photoOf(same), photoOf(same), 100).FaceMatches).toHaveLength(1);
    expect(compare(photoOf(same), photoOf(far), 0).FaceMatches).toEqual([
      { Similarity: 0, Face: expect.anything() as unknown },
    ]);
  });

  it('says of each face how similar it is, also of those that are no match', () => {
    const { FaceMatches, UnmatchedFaces } = compare(photoOf(same), photoOf(far, near));
    expect(FaceMatches.map(({ Similarity }) => Similarity)).toEqual([90]);
    expect(UnmatchedFaces).toEqual([
      { Similarity: 0, BoundingBox: { Left: 0, Top: 0, Width: 0.05, Height: 0.1 }, Confidence: 0.9 },
    ]);
  });

  it('has similarities and no boxes for stored vectors, whether they match or not', () => {
    expect(compare({ vector: [1, 0] }, { vector: [1, 0] })).toEqual({
      FaceMatches: [{ Similarity: 100 }],
      UnmatchedFaces: [],
      FaceModelVersion: '2.0.0',
    });
    expect(compare({ vector: [1, 0] }, { vector: [0.6, 0.8] })).toEqual({
      FaceMatches: [],
      UnmatchedFaces: [{ Similarity: 60 }],
      FaceModelVersion: '2.0.0',
    });
  });

  it('says how many faces the source had', () =>
    expect(compare(photoOf(same), photoOf(same), 80, 3).SourceImageFaceCount).toBe(3));
});
