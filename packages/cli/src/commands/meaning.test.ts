import { meaningOf } from './meaning.js';

const calibration = {
  kind: 'logistic' as const,
  slope: 30,
  midpoint: 0.4,
  measuredOn: 'pairs',
  operatingPoints: [
    { far: 1e-4, tar: 0.978, cosine: 0.5, similarity: 95.7 },
    { far: 0.01, tar: 0.996, cosine: 0.38, similarity: 33.3 },
  ],
};

describe('the meaning of a similarity', () => {
  it('is that of the highest operating point that it reaches', () => {
    expect(meaningOf(95.6, calibration)).toContain('33.3 or more is reached by 1 in 100 pairs of strangers');
    expect(meaningOf(95.7, calibration)).toContain(
      '1 in 10,000 pairs of strangers, and by 97.8 % of pairs of one person',
    );
  });

  it('is nothing good below all of them', () => {
    expect(meaningOf(10, calibration)).toBe('More than 1 in 100 pairs of strangers are as similar as this.');
  });

  it('is unknown when nothing was measured', () => {
    expect(meaningOf(10, { ...calibration, operatingPoints: [] })).toContain('not measured');
  });
});
