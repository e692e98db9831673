import { bestTrial, peerSettings, type PeerTrial } from './peer-search.js';

describe('peerSettings', () => {
  it('are one process or many, one thread or many, and more processes than cores', () => {
    expect(peerSettings(4).map(({ workers, threads }) => `${workers}x${threads}`)).toEqual([
      '1x1',
      '1x4',
      '4x1',
      '4x4',
      '8x1',
    ]);
  });

  it('are tried once each', () => {
    expect(peerSettings(1).map(({ workers, threads }) => `${workers}x${threads}`)).toEqual(['1x1', '2x1']);
  });
});

it('takes the setting that is best over all photos', () => {
  const trial = (workers: number, geometricMean: number): PeerTrial => ({
    setting: { workers, threads: 1 },
    byPhoto: {},
    geometricMean,
  });
  expect(bestTrial([trial(1, 3), trial(2, 5), trial(4, 4)]).setting).toEqual({ workers: 2, threads: 1 });
  expect(() => bestTrial([])).toThrow('at least one trial');
});
