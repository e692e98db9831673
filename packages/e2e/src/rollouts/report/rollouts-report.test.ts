import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import type { ControlPlaneReport } from '../../control-plane/report.js';
import { recordsOf } from '../analysis/synthetic-records.js';
import type { ScenarioRun } from '../run-record.js';
import { readControlPlane, readRuns } from './read-results.js';
import { writeRolloutsReport } from './rollouts-report.js';
import { drawTimeline } from './timeline.js';

const MACHINE = { cpu: 'CPU', cores: 2, memoryGiB: 4, os: 'linux', node: 'v24', simd: [], date: '2026-01-02' };

const good: ScenarioRun = {
  name: 'other-space',
  what: 'a model takes over at one instant',
  startedMs: 1000,
  endedMs: 5000,
  marks: [{ atMs: 3000, label: 'switched' }],
  figures: { skewAtMostMs: 41.3 },
  records: recordsOf([
    { who: 'a', sentMs: 1000, version: '1.0' },
    { who: 'b', sentMs: 2000, version: '1.0' },
    { who: 'a', sentMs: 3000, version: '2.0' },
    { who: 'b', sentMs: 4000, version: '2.0' },
    { route: 'pod', who: 'pod-1', sentMs: 1500, version: '1.0' },
    { route: 'pod', who: 'pod-2', sentMs: 1500, status: 0, code: 'ECONNREFUSED' },
    { route: 'pin', who: '1.0', sentMs: 4000, status: 409, code: 'model_version_unavailable' },
  ]),
};

const bad: ScenarioRun = {
  ...good,
  name: 'With errors',
  figures: {},
  error: 'expected no failed request, got 2',
  records: recordsOf([
    { who: 'a', sentMs: 1000, version: '1.0' },
    { who: 'b', sentMs: 3500, status: 503, code: 'overloaded' },
    { route: 'pin', who: '1.0', sentMs: 3600, status: 0, code: 'ECONNREFUSED' },
  ]),
};

const controlPlane: ControlPlaneReport = {
  machine: MACHINE,
  results: [
    {
      name: 'rejected-killed-after',
      what: 'killed after every write',
      tookMs: 9000,
      figures: { writesWithoutKill: 12, kills: 12, sameEnd: 12, slowestMs: 5100, writes: ['a', 'b'] },
    },
    { name: 'drift', what: 'what others change is put right', tookMs: 4900, figures: { requests: 143, mixed: 0 } },
    { name: 'retry', what: 'it is tried again', tookMs: 1000, error: 'it was not' },
    { name: 'scale-idle', what: 'nothing is written', tookMs: 14000, figures: { quietMs: 10000, writes: 0 } },
  ],
};

describe('the report', () => {
  let folder: string;
  let page: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollouts-report-'));
    const log = jest.spyOn(console, 'log').mockReturnValue();
    await writeRolloutsReport([good, bad], [controlPlane], folder, MACHINE);
    log.mockRestore();
    page = await readFile(join(folder, 'rollouts.md'), 'utf8');
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('has a row and a timeline for each scenario', async () => {
    expect(rowsOf(page)).toContainEqual(['other-space', 'holds', '4.0', '4', '0', '1', '0', '30', '30']);
    expect(page).toContain('](rollouts-other-space.svg)');
    expect((await readdir(folder)).sort()).toEqual(['rollouts-other-space.svg', 'rollouts-with-errors.svg', 'rollouts.md']); // prettier-ignore
  });

  it('says what each phase and each pod gave', () => {
    expect(rowsOf(page)).toContainEqual(
      ['switched', '2.0', '2', '0', '30', '30', '-', '100.0 %, 100.0 %', '0', '1', '0', '1'], // prettier-ignore
    );
    expect(rowsOf(page)).toContainEqual(['pod-1', '1.0', '0.53', '0.53', '1']);
    expect(page).toContain('- skew at most: 41 ms');
  });

  it('hides no failure', () => {
    expect(page).toContain('1 of 2 scenarios hold.');
    expect(rowsOf(page)).toContainEqual(['With errors', 'FAILED', '4.0', '2', '1', '1', '1', '30', '30']);
    expect(page).toContain('**Failed**: expected no failed request, got 2');
    expect(page).toContain('- what failed: 1 x 503 overloaded, 1 x 0 ECONNREFUSED');
    expect(page).toContain('- **retry failed**: it was not');
  });

  it('has what was measured on an API server', () => {
    expect(rowsOf(page)).toContainEqual(['rejected', 'after the write', 'holds', '12', '12', '12', '5.1 s']);
    expect(rowsOf(page)).toContainEqual(
      ['drift: what others change is put right', 'holds', '4.9', '143', '-', '-', '0', '-', '-'], // prettier-ignore
    );
    expect(rowsOf(page)).toContainEqual(['nothing is written', 'holds', 'quiet: 10.0 s; writes: 0']);
    expect(page).toContain('1 of 2 hold.');
  });

  it('leaves out what was not measured', async () => {
    const log = jest.spyOn(console, 'log').mockReturnValue();
    await writeRolloutsReport([good], undefined, join(folder, 'cluster'), MACHINE);
    await writeRolloutsReport([], [controlPlane], join(folder, 'control-plane'), MACHINE);
    log.mockRestore();
    expect(await readFile(join(folder, 'cluster', 'rollouts.md'), 'utf8')).not.toContain('## On an API server');
    expect(await readFile(join(folder, 'control-plane', 'rollouts.md'), 'utf8')).not.toContain('## On a cluster');
    await Promise.all(['cluster', 'control-plane'].map((name) => rm(join(folder, name), { recursive: true })));
  });

  it('is made of what the programs saved, and of nothing else', async () => {
    const file = join(folder, 'saved.json');
    await writeFile(file, JSON.stringify([good, bad]));
    expect(await readRuns(file)).toEqual([good, bad]);
    await expect(readControlPlane(file)).rejects.toThrow(file);
    await writeFile(file, JSON.stringify(controlPlane));
    expect(await readControlPlane(file)).toEqual(controlPlane);
    await writeFile(file, JSON.stringify([{ ...good, startedMs: 'yesterday' }]));
    await expect(readRuns(file)).rejects.toThrow('/0/startedMs');
    await rm(file);
  });
});

describe('a timeline', () => {
  const svg = drawTimeline(good, 'a note');

  it('is an SVG document without values that are none', () => {
    const document: unknown = new XMLParser({ ignoreAttributes: false }).parse(svg);
    expect(document).toMatchObject({ svg: { '@_aria-label': 'other-space: who answered' } });
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(drawTimeline({ ...good, records: [], marks: [] }, '')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('shows each version while it answered, and the marks', () => {
    // 0..0.5 s and 1..1.5 s of 4 s on 884 px; no bucket has answers of both.
    expect(svg).toMatch(/class="bars fill-blue" d="M58\.0 [\d.]+V[\d.]+H168\.5V[\d.]+ZM279\.0 /);
    expect(svg).toMatch(/class="bars fill-orange" d="M500\.0 /);
    expect(svg).toContain('>switched</text>');
    expect(svg).toContain('>No request failed<');
  });

  it('counts failures of the Service, not of a pod that was asked directly, nor what is not loaded', () => {
    expect(drawTimeline(bad, '')).toContain('>2 requests failed<');
    expect(drawTimeline({ ...bad, records: [] }, '')).toContain('>No request was sent<');
  });

  it('pools versions for which there is no colour', () => {
    const records = recordsOf(
      ['v1', 'v2', 'v3', 'v4', 'v5'].map((version, i) => ({ sentMs: 1000 + 100 * i, version })),
    );
    const pooled = drawTimeline({ ...good, records }, '');
    expect(pooled).toContain('>other versions</text>');
    expect(pooled).not.toContain('>v4</text>');
  });
});

/** The cells of every row of every table. */
function rowsOf(page: string): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
