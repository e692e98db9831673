import { lanesToTry, scalingPoints } from './scaling.js';

it.each([
  [1, [1]],
  [2, [1, 2]],
  [4, [1, 2, 3, 4]],
  [16, [1, 2, 3, 4, 8, 16]],
  [12, [1, 2, 3, 4, 8, 12]],
])('tries lanes up to %p cores', (cores, lanes) => {
  expect(lanesToTry(cores)).toEqual(lanes);
});

it('says how many times as fast as one lane', () => {
  const points = scalingPoints([
    { lanes: 1, perRound: [9, 10, 12] },
    { lanes: 2, perRound: [19, 21, 18] },
  ]);
  expect(points).toEqual([
    { lanes: 1, requestsPerSecond: { median: 10, min: 9, max: 12 }, timesOneLane: 1 },
    { lanes: 2, requestsPerSecond: { median: 19, min: 18, max: 21 }, timesOneLane: 1.9 },
  ]);
});
