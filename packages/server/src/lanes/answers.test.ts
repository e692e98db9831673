import fc from 'fast-check';
import { Value } from 'typebox/value';
import {
  AnalyzeResponseSchema,
  CompareResponseSchema,
  type AnalyzeResponse,
  type CompareResponse,
} from '@face-comparison/contract';
import type { Analysis, AnalyzedFace, EngineModel } from '@face-comparison/engine';
import { analyzeBody, compareBody } from './answers.js';

const model = {
  manifest: {
    version: '2.0.0',
    calibration: {
      kind: 'logistic',
      slope: 50,
      midpoint: 0.42,
      defaultThreshold: 80,
      measuredOn: '',
      operatingPoints: [],
    },
  },
} as unknown as EngineModel;

const NOTHING = { faceHash: false, landmarks: false, quality: false };
const EVERYTHING = { faceHash: true, landmarks: true, quality: true };

type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

function faceAt([x1, y1, x2, y2]: Corners, more: Partial<AnalyzedFace> = {}): AnalyzedFace {
  const point = { x: x1, y: y1 };
  return { box: { x1, y1, x2, y2 }, score: 0.9, landmarks: [point, point, point, point, point], ...more };
}

function analysisOf(faces: AnalyzedFace[], width = 1000, height = 500): Analysis {
  return { width, height, faces, timings: { decodeMs: 0, detectMs: 0, embedMs: 0 } };
}

const analyze = (analysis: Analysis, fields = NOTHING): AnalyzeResponse => {
  const body = analyzeBody(model, analysis, fields);
  expect(Value.Errors(AnalyzeResponseSchema, body)).toEqual([]);
  return body as AnalyzeResponse;
};

const compare = (
  ...[source, target, threshold, fields = NOTHING]: [
    Parameters<typeof compareBody>[1],
    Parameters<typeof compareBody>[2],
    number?,
    typeof NOTHING?,
  ]
): CompareResponse => {
  const body = compareBody(model, source, target, threshold, fields);
  expect(Value.Errors(CompareResponseSchema, body)).toEqual([]);
  return body as CompareResponse;
};

describe('an answer to /face_comparison', () => {
  it('gives boxes as fractions of the photo, and only what was asked for', () => {
    expect(analyze(analysisOf([faceAt([100, 50, 300, 250], { vector: Float32Array.of(1, 0) })]))).toEqual({
      Faces: [{ BoundingBox: { Left: 0.1, Top: 0.1, Width: 0.2, Height: 0.4 }, Confidence: 90 }],
      FaceModelVersion: '2.0.0',
    });
  });

  it('gives everything when everything is asked for, with numbers that are not longer than they are good', () => {
    const quality = { sharpness: 12.3456, brightness: 50.0001, pose: { roll: 1.26, yaw: -3.33, pitch: 0.04 } };
    const face = faceAt([100, 50, 300, 250], { vector: Float32Array.of(0.123456789, -1 / 3), quality });
    const [answered] = analyze(analysisOf([face]), EVERYTHING).Faces;
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
          analysisOf([faceAt(corners)], width, height),
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
  const photoOf = (...vectors: Float32Array[]): { analysis: Analysis } => ({
    analysis: analysisOf(vectors.map((vector, index) => faceAt([index * 100, 0, index * 100 + 50, 50], { vector }))),
  });

  it('lists matches by similarity and the others behind them', () => {
    const answer = compare(photoOf(same), photoOf(far, near, same));
    expect(answer.FaceMatches.map(({ Face }) => Face?.BoundingBox.Left)).toEqual([0.2, 0.1]);
    expect(answer.FaceMatches[0]?.Similarity).toBe(100);
    expect(answer.UnmatchedFaces.map(({ BoundingBox }) => BoundingBox.Left)).toEqual([0]);
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

  it('has neither boxes nor unmatched faces for stored vectors', () => {
    expect(compare({ vector: [1, 0] }, { vector: [1, 0] })).toEqual({
      FaceMatches: [{ Similarity: 100 }],
      UnmatchedFaces: [],
      FaceModelVersion: '2.0.0',
    });
    expect(compare({ vector: [1, 0] }, { vector: [0, 1] }).FaceMatches).toEqual([]);
  });

  it('does not mind that a stored vector was scaled', () => {
    expect(compare({ vector: [250, 0] }, photoOf(same)).FaceMatches[0]?.Similarity).toBe(100);
  });
});
