import { aMeasurement, MEASUREMENTS } from '../../test/bench-measurements.js';
import { goalsOf } from './goals.js';
import { ratiosOf } from './ratios.js';
import { formatBench, type BenchReport } from './report.js';
import { summarise } from './summary.js';

const PHOTO = '1920x1080, 1 face';
const rows = summarise([...MEASUREMENTS, aMeasurement('ours', 1, 0, 19, PHOTO), aMeasurement('ours', 4, 0, 35, PHOTO)]);
const measured = {
  ratios: ratiosOf(MEASUREMENTS),
  idle: [{ scenario: PHOTO, contender: 'ours', p50Ms: 55, stagesMs: 50, idleVsStages: 1.1 }],
  load: [
    {
      scenario: PHOTO,
      contender: 'ours',
      requestsPerSecond: 28,
      requests: 560,
      failures: 0,
      p50Ms: 70,
      p99Ms: 280,
      p99VsP50: 4,
      p99VsIdleP50: 5,
    },
  ],
  eventLoopStallMs: 12,
} as const;

const report: BenchReport = {
  machine: { cpu: 'EPYC', cores: 2, memoryGiB: 8, os: 'linux x64', node: 'v24', simd: ['avx2'], date: '2026-01-02' },
  accelerator: 'none',
  lanes: 2,
  rounds: 3,
  seconds: 2,
  goals: goalsOf(measured),
  ...measured,
  peer: {
    version: 'Python 3.11',
    setting: { workers: 2, threads: 1 },
    search: [{ setting: { workers: 2, threads: 1 }, byPhoto: { [PHOTO]: 33 }, geometricMean: 33 }],
  },
  scaling: {
    scenario: PHOTO,
    points: [{ lanes: 1, requestsPerSecond: { median: 18, min: 18, max: 18 }, timesOneLane: 1 }],
  },
  startup: { ours: { coldMs: 2700, warmMs: 1500, warmCpuMs: 2000 } },
  peerReadyMs: 4000,
  pssBytes: { ours: 7e8, peer: 12e8 },
  secondVersion: {
    oneBytes: 6e8,
    twoBytes: 9e8,
    addedBytes: 3e8,
    bundleBytes: 1e8,
    mappedBytes: 1e8,
    addedVsBundle: 3,
    addedVsMapped: 3,
  },
  idleStallMs: 11,
  rows,
};

describe('the page', () => {
  const page = formatBench(report);

  it('begins with goals and ratios', () => {
    const headings = page.split('\n').filter((line) => line.startsWith('## '));
    expect(headings.slice(0, 2)).toEqual(['## Goals', '## Ratios']);
    expect(page).toMatch(/\| p99_vs_p50 of ours at 80 % load +\| +<= 3 \| 4\.00 \| +\*\*missed\*\* \|/);
    expect(page).toMatch(/\| idle_vs_stages of ours, highest +\| <= 1\.15 \| 1\.10 \| +met \|/);
    expect(page).toMatch(/\| int8_vs_raw, lowest +\| >= 0\.92 \| +- \| not measured \|/);
  });

  it('has no value that is not a number', () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('has the throughput of ours in the fourth column of rows that nothing else looks like, as infra/costs reads it', () => {
    const found = page.split('\n').filter((line) => line.startsWith(`| ${PHOTO} `) && line.includes(' ours |'));
    expect(found.map((row) => Number(row.split('|')[4]?.trim().split(' ')[0]))).toEqual([19, 35]);
  });

  it('leaves out what was not measured', () => {
    const less = formatBench({ ...report, idle: [], load: [], scaling: undefined, secondVersion: undefined });
    expect(less).not.toMatch(/lone request|80 % load\n|## Lanes|second version/);
    expect(page).toMatch(/lone request[^]*80 % load\n[^]*## Lanes[^]*second version/);
  });
});
