import { parseServerTiming } from './measure.js';

it('reads the times of Server-Timing', () => {
  expect(parseServerTiming('queue;dur=0.0, decode;dur=12.6, embed;dur=64')).toEqual({
    queue: 0,
    decode: 12.6,
    embed: 64,
  });
  expect(parseServerTiming('cache;desc=hit')).toEqual({});
});
