import { cosineOf, similarityOf } from '../service/manifest.js';
import { seededRandom } from '../statistics/random.js';
import { evaluate, type Evaluation } from './evaluate.js';
import { drawHistogram, drawRoc } from './figures.js';
import { parsePairs } from './lfw-pairs.js';
import { formatReport } from './report.js';
import type { PictureVector } from './vector-cache.js';

const CALIBRATION = {
  kind: 'logistic' as const,
  slope: 50,
  midpoint: 0.42,
  defaultThreshold: 80,
  measuredOn: 'nothing',
  operatingPoints: [],
};

/** Forty people with two pictures each whose vectors are close, and strangers that are not. */
function madeUp(withoutFace: readonly string[] = []): Evaluation {
  const people = Array.from({ length: 40 }, (_, i) => `P${i}`);
  const lines = people.flatMap((person, i) => [`${person} 1 2`, `${person} 1 P${(i + 1) % 40} 2`]);
  const folds = parsePairs(lines.join('\n'));
  const random = seededRandom(7);
  const vectors = new Map<string, PictureVector>();
  for (const person of people) {
    const centre = Array.from({ length: 64 }, () => random() - 0.5);
    for (const picture of [1, 2]) {
      const raw = centre.map((value) => value + 0.3 * (random() - 0.5));
      const length = Math.hypot(...raw);
      const path = `${person}/${person}_000${picture}.jpg`;
      const vector = Float32Array.from(raw, (value) => value / length);
      vectors.set(path, withoutFace.includes(path) ? { faces: 0, vector: undefined } : { faces: 1, vector });
    }
  }
  return evaluate(folds, vectors, CALIBRATION);
}

describe('evaluate', () => {
  it('finds everyone where people are far apart', () => {
    const evaluation = madeUp();
    expect(evaluation.pictures).toBe(80);
    expect(evaluation.people).toBe(40);
    expect(evaluation.kFold.accuracy).toBe(1);
    expect(evaluation.crossPersonPairs.count).toBe((80 * 78) / 2);
    expect(evaluation.crossPerson.map((point) => [point.far, point.tar])).toEqual([
      [1e-2, 1],
      [1e-3, 1],
    ]);
  });

  it('leaves out rates for which there are too few pairs', () => {
    expect(madeUp().listed).toEqual([]);
    expect(madeUp().crossPerson.some((point) => point.far === 1e-4)).toBe(false);
  });

  it('counts a picture without a face as not recognised', () => {
    const evaluation = madeUp(['P0/P0_0002.jpg']);
    expect(evaluation.picturesWithoutFace).toEqual(['P0/P0_0002.jpg']);
    expect(evaluation.crossPerson[0]?.tar).toBeCloseTo(39 / 40, 12);
    expect(evaluation.kFold.accuracy).toBeCloseTo(79 / 80, 12);
    expect(evaluation.hardest.genuine[0]).toEqual({ a: 'P0/P0_0001.jpg', b: 'P0/P0_0002.jpg', cosine: -1 });
  });

  it('measures what the similarity thresholds mean', () => {
    const rows = madeUp().calibration;
    expect(rows.map((row) => row.similarity)).toEqual([50, 80, 90, 95, 99]);
    for (const row of rows) expect(similarityOf(row.cosine, CALIBRATION)).toBeCloseTo(row.similarity, 9);
    expect(cosineOf(50, CALIBRATION)).toBe(0.42);
    expect(rows[1]?.trueAcceptRate).toBe(1);
  });

  it('is told as text and drawn', () => {
    const evaluation = madeUp();
    const machine = { cpu: 'C', cores: 2, memoryGiB: 1, os: 'o', node: 'v', simd: [], date: '2026-01-01' };
    const origin = { modelVersion: '2.0.0', embeddingSpace: 'aa' };
    const text = formatReport(evaluation, { origin, machine, posted: 80, collectedMs: 1000, evaluatedMs: 10 });
    expect(text).toContain('**10-fold accuracy: 1.0000 +- 0.0000**');
    expect(drawRoc(evaluation, 'note')).toContain('true accept rate');
    expect(drawHistogram(evaluation, CALIBRATION, 'note')).toContain('similarity 80');
  });
});
