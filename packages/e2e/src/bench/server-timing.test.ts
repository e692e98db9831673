import { sumOfStages } from './server-timing.js';

describe('sumOfStages', () => {
  it('adds up the work and leaves out what was waited for', () => {
    const header = 'fetch;dur=42.1, queue;dur=30.4, decode;dur=5.2, detect;dur=11.8, embed;dur=21';
    expect(sumOfStages(header)).toBeCloseTo(38, 9);
  });

  it.each([undefined, '', 'cache;desc=hit', 'queue;dur=1.0'])('knows no work from %p', (header) => {
    expect(sumOfStages(header)).toBeUndefined();
  });
});
