import { withSnakeCaseNames } from './json.js';

it('writes names as JSON has them here, and leaves values and names of photos', () => {
  expect(
    withSnakeCaseNames({
      idle: [{ idleVsStages: 1.2, p99VsP50: 3, name: 'camelCase', memoryGiB: 8 }],
      ratios: { fp32_vs_peer: { byPhoto: { '640x480, 1 face': null } } },
    }),
  ).toEqual({
    idle: [{ idle_vs_stages: 1.2, p99_vs_p50: 3, name: 'camelCase', memory_gib: 8 }],
    ratios: { fp32_vs_peer: { by_photo: { '640x480, 1 face': null } } },
  });
});
