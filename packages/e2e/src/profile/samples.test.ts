import { readSamples } from './samples.js';

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
  children,
});

const PROBE = 'file:///app/packages/e2e/dist/profile/probe.js';

it('gives each sample its stack, its time and the time until the next', () => {
  const samples = readSamples({
    nodes: [
      node(1, '(root)', '', [2, 4, 5]),
      node(2, 'outer', 'a.js', [3]),
      node(3, 'inner', 'b.js'),
      node(4, 'noteBoth', PROBE),
      node(5, '', PROBE, [6, 8]),
      node(6, 'note', PROBE, [7]),
      node(7, 'cpuUsage', 'node:internal/process/per_thread'),
      node(8, 'run', 'c.js'),
    ],
    startTime: 1000,
    endTime: 1400,
    samples: [3, 4, 2, 7, 8],
    timeDeltas: [50, 100, 120, 10, 20],
  });
  expect(samples).toEqual([
    {
      atUs: 1050,
      durationUs: 100,
      stack: [
        { name: 'outer', url: 'a.js' },
        { name: 'inner', url: 'b.js' },
      ],
    },
    { atUs: 1270, durationUs: 10, stack: [{ name: 'outer', url: 'a.js' }] },
    // What the probe calls, without the probe.
    { atUs: 1300, durationUs: 0, stack: [{ name: 'run', url: 'c.js' }] },
  ]);
});
