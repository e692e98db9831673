import { calibration } from '../../test/calibration.js';
import { explainSimilarity, oneIn, ratesAt } from './similarity-meaning.js';

const explain = (similarity: number, pairCount = 1) => explainSimilarity(similarity, calibration, 80, pairCount);

describe('what a similarity means', () => {
  it.each([
    [99.9, 'Very likely the same person', true],
    [95.7, 'Very likely the same person', true],
    [95.6, 'Likely the same person', true],
    [80, 'Likely the same person', true],
    [79.9, 'Probably different people', false],
    [33.3, 'Probably different people', false],
    [33.2, 'Very likely different people', false],
    [0, 'Very likely different people', false],
  ])('is at %s: %s', (similarity, headline, match) => {
    expect(explain(similarity)).toMatchObject({ headline, match });
  });

  it('is the odds of a measured point at that point', () => {
    expect(explain(95.7).sentences[0]).toBe('About 1 in 10,000 pairs of strangers reach this.');
    expect(explain(80).sentences[0]).toBe('About 1 in 1,000 pairs of strangers reach this.');
  });

  it('is read off between two measured points', () => {
    expect(explain(90).sentences[0]).toBe('About 1 in 3,000 pairs of strangers reach this.');
  });

  it('does not go beyond what was measured', () => {
    expect(explain(99.99).sentences).toEqual(['Fewer than 1 in 100,000 pairs of strangers reach this.']);
    expect(explain(3).sentences).toEqual([
      'More than 1 in 100 pairs of strangers reach this.',
      'Fewer than 0.4 % of pairs of one person are this far apart.',
    ]);
  });

  it('says for a pair that is no match how many pairs of one person it would miss', () => {
    expect(explain(60).sentences[1]).toBe('About 0.9 % of pairs of one person are this far apart or further.');
  });

  it('says that the best of many pairs is high by chance more often', () => {
    expect(explain(95.7, 20).sentences[1]).toBe(
      '20 pairs of faces were compared, so among as many pairs of strangers the best one reaches this about once in 500 times.',
    );
  });

  it('makes do with a model that says nothing of its operating points', () => {
    const silent = { ...calibration, operatingPoints: [] };
    expect(explainSimilarity(91, silent, 80, 1)).toEqual({
      verdict: 'likely-same',
      match: true,
      headline: 'Likely the same person',
      sentences: ['The model does not say how often strangers come this far.'],
    });
  });

  it('never says that more strangers come further', () => {
    const shares = Array.from({ length: 670 }, (_, step) => 33.3 + step / 10).map(
      (similarity) => ratesAt(similarity, calibration.operatingPoints)?.far ?? Number.NaN,
    );
    expect(shares.every((share, index) => index === 0 || share <= (shares[index - 1] ?? 0))).toBe(true);
  });

  it('writes odds in round numbers', () => {
    expect([0.5, 0.01, 0.00123, 1e-5].map(oneIn)).toEqual(['1 in 2', '1 in 100', '1 in 800', '1 in 100,000']);
  });
});
