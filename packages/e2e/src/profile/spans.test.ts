import { join } from 'node:path';
import { readManifest } from '../service/manifest.js';
import { budgetOf } from './budget.js';
import type { Moment, ProbeEvent, Recording } from './recording.js';
import { sortSamples, type Sample } from './samples.js';
import { spansOf, type SentRequest, type Span } from './spans.js';

const PERIOD_US = 1000;

const event = (atUs: number, moment: Moment, more: Partial<ProbeEvent> = {}): ProbeEvent => ({
  moment,
  atUs,
  cpuUs: atUs / 2,
  ...more,
});
const header = { image: 'header' } as const;
const detect = { run: { session: 0, outputs: ['scores', 'boxes', 'landmarks'], shape: [1, 480, 640, 3] } };
const again = { run: { session: 0, outputs: ['scores', 'boxes', 'landmarks'], shape: [1, 224, 224, 3] } };
const heads = { run: { session: 1, outputs: ['facenet', 'sface', 'dlib'], shape: [1, 224, 224, 3] } };

const httpEvents = (at: number): ProbeEvent[] => [
  event(at + 10, 'request'),
  event(at + 50, 'pipe-write'),
  event(at + 51, 'pipe-write'),
  event(at + 430, 'pipe-read'),
  event(at + 440, 'answered'),
];
const laneEvents = (at: number): ProbeEvent[] => [
  event(at + 55, 'pipe-read'),
  event(at + 60, 'pipe-read'),
  event(at + 70, 'image-start', header),
  event(at + 80, 'image-end', header),
  event(at + 100, 'run-start', detect),
  event(at + 180, 'run-end', detect),
  event(at + 200, 'run-start', again),
  event(at + 220, 'run-end', again),
  event(at + 240, 'run-start', heads),
  event(at + 400, 'run-end', heads),
  event(at + 420, 'pipe-write'),
  event(at + 421, 'pipe-write'),
];
const COUNT = 4;
const starts = Array.from({ length: COUNT }, (_, i) => i * PERIOD_US);
const requests: SentRequest[] = starts.map((startUs) => ({ startUs, endUs: startUs + 450 }));
const recordings: { http: Recording; lane: Recording } = {
  http: { process: 'http', events: starts.flatMap(httpEvents) },
  lane: { process: 'lane', events: starts.flatMap(laneEvents) },
};
const manifest = readManifest(join(__dirname, '../../../../models/default/manifest.json'));
const spans = async (): Promise<Span[][]> => spansOf(requests, recordings, await manifest);

/** What the lane's JavaScript does while it runs a function for the whole of a gap. */
const sample = (atUs: number, file: string): Sample => ({
  atUs,
  durationUs: 20,
  stack: [{ name: 'f', url: `file:///app/packages/engine/dist/${file}` }],
});

it('leaves the first and the last request out, whose neighbours are not known', async () => {
  expect(await spans()).toHaveLength(COUNT - 2);
});

it('accounts for all the time that a client waits, once', async () => {
  for (const ofOne of await spans()) {
    expect(ofOne.reduce((sum, { wallUs }) => sum + wallUs, 0)).toBe(450);
  }
});

it('accounts for all CPU time of both processes from one request to the next, once', async () => {
  for (const ofOne of await spans()) {
    const cpuOf = (process: 'http' | 'lane') =>
      ofOne.filter((span) => span.process === process).reduce((sum, { cpuUs }) => sum + cpuUs, 0);
    expect([cpuOf('http'), cpuOf('lane')]).toEqual([PERIOD_US / 2, PERIOD_US / 2]);
  }
});

it('says when a process has not done what a request makes it do', async () => {
  const idle: Recording = { process: 'lane', events: laneEvents(0) };
  const { http } = recordings;
  const known = await manifest;
  expect(() => spansOf(requests, { http, lane: idle }, known)).toThrow('"pipe-read"');
});

it('tells a second look from a first one, and JavaScript by what runs before and after it', async () => {
  const [first = []] = await spans();
  const wallOf = (stage: string): number =>
    first.filter((span) => span.stage === stage).reduce((sum, { wallUs }) => sum + wallUs, 0);
  expect(wallOf('detector: run (onnxruntime)')).toBe(80);
  expect(wallOf('second look: run (onnxruntime)')).toBe(20);
  expect(wallOf('heads: run (onnxruntime)')).toBe(160);
  expect(wallOf('to the lane and back')).toBe(20);
  expect(first.filter(({ stage }) => typeof stage === 'object').map(({ stage }) => stage)).toEqual([
    { after: undefined, before: 'header' },
    { after: 'header', before: 'detect' },
    { after: 'detect', before: 'second look' },
    { after: 'second look', before: 'heads' },
    { after: 'heads', before: undefined },
  ]);
});

it('divides JavaScript by samples of it, and gives medians', async () => {
  const samples = [
    ...[PERIOD_US + 60, 2 * PERIOD_US + 60].map((at) => sample(at, 'image/decode-image.js')),
    sample(PERIOD_US + 80, 'detector/letterbox.js'),
    sample(PERIOD_US + 180, 'align.js'),
    sample(PERIOD_US + 220, 'detector/decode-outputs.js'),
    // None of the functions of a request, and one while native code runs.
    sample(PERIOD_US + 700, 'align.js'),
    sample(PERIOD_US + 110, 'align.js'),
  ].sort((a, b) => a.atUs - b.atUs);
  const measured = await spans();
  const sorted = sortSamples(
    samples,
    measured.flat().filter(({ process }) => process === 'lane'),
  );
  expect(Object.fromEntries([...sorted].map(([stage, found]) => [stage, found.length]))).toEqual({
    'photo: open': 2,
    'detector: input': 1,
    'detector: run (onnxruntime)': 1,
    alignment: 1,
    'second look: input, outputs': 1,
    'after the answer': 1,
  });
  const budget = budgetOf(requests.slice(1, -1), measured, sorted);
  // 90 us of a request are JavaScript of the lane; a fifth of the samples is of alignment.
  expect(budget.stages.get('alignment')?.wallMs).toBeCloseTo(0.018, 9);
  expect(budget.stages.get('alignment')?.cpuMs).toBeCloseTo(0.009, 9);
  expect(budget.total).toEqual({ wallMs: 0.45, cpuMs: 1 });
  const sums = [...budget.stages.values()].reduce((sum, { wallMs }) => sum + wallMs, 0);
  expect(sums).toBeCloseTo(0.45, 6);
});
