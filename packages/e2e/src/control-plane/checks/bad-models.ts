import type { ModelBehaviour } from '../node/model-world.js';
import { FAST_ROLLOUT, expect, type Figures, type Rollout, type Stage } from '../stage.js';
import type { Check } from './check.js';

interface BadModel {
  readonly name: string;
  readonly what: string;
  readonly space?: string;
  readonly comparableWith?: readonly string[];
  readonly behaviour?: Partial<ModelBehaviour>;
  readonly lies?: { readonly sha256?: string; readonly manifest?: string };
  readonly rollout?: Rollout;
  readonly reasons: readonly string[];
  /** Its own requests may fail, as long as it has a share of them. */
  readonly mayFail?: boolean;
}

const unusable = { code: 'model_unusable', message: 'embedder.onnx cannot be loaded: it has another operator set' };
const unreachable = { code: 'source_unreachable', message: 's3://models is not there' };

const BAD_MODELS: readonly BadModel[] = [
  {
    name: 'fails-in-all-pods',
    what: 'one that cannot be loaded',
    behaviour: { failure: () => unusable },
    reasons: ['LoadFailed'],
  },
  {
    name: 'fails-in-one-pod',
    what: 'one that a single pod cannot load',
    behaviour: { failure: (pod) => (unlucky.has(pod) ? unusable : undefined) },
    reasons: ['LoadFailed'],
  },
  {
    name: 'source-unreachable',
    what: 'one whose files cannot be fetched, for as long as the deadline',
    behaviour: { failure: () => unreachable },
    rollout: { deadline: '3s' },
    reasons: ['DeadlineExceeded'],
  },
  {
    name: 'never-loads',
    what: 'one that never finishes loading',
    behaviour: { neverLoads: true },
    rollout: { deadline: '3s' },
    reasons: ['DeadlineExceeded'],
  },
  {
    name: 'golden-mismatch',
    what: 'one that computes other vectors than its makers',
    behaviour: { selfParity: 0.7 },
    reasons: ['LoadFailed'],
  },
  {
    name: 'parity-low',
    what: 'one of the same space whose vectors do not agree',
    behaviour: { parity: 0.8 },
    reasons: ['ParityTooLow'],
  },
  {
    name: 'errors',
    what: 'one that fails to answer a fifth of its requests',
    behaviour: { errorRate: 0.2 },
    reasons: ['ErrorRateTooHigh'],
    mayFail: true,
  },
  {
    name: 'errors-after-switch',
    what: 'one of another space that fails to answer a fifth of its requests, seen only after the switch',
    space: 'two',
    behaviour: { errorRate: 0.2 },
    rollout: { checks: { ...FAST_ROLLOUT.checks, afterSwitch: '3s' } },
    reasons: ['ErrorRateTooHigh'],
    mayFail: true,
  },
  {
    name: 'slow',
    what: 'one that is slow',
    behaviour: { latencyMs: 400 },
    rollout: { checks: { ...FAST_ROLLOUT.checks, maxLatencyRatio: 4 } },
    reasons: ['LatencyTooHigh'],
  },
  {
    name: 'wrong-digest',
    what: 'one whose manifest has another digest',
    lies: { sha256: 'a'.repeat(64) },
    reasons: ['DigestMismatch'],
  },
  {
    name: 'missing-manifest',
    what: 'one whose manifest is not there',
    lies: { manifest: 'file:///nonexistent/manifest.json' },
    rollout: { deadline: '3s' },
    reasons: ['LoadFailed', 'DeadlineExceeded'],
  },
];

/** Pods that were chosen to be the one that cannot load. */
const unlucky = new Set<string>();

export const BAD_MODEL_CHECKS: readonly Check[] = BAD_MODELS.map((bad) => ({
  name: bad.name,
  what: `goes back by itself from ${bad.what}, says why, and does not try it again`,
  run: (stage) => tryBadModel(stage, bad),
}));

async function tryBadModel(stage: Stage, bad: BadModel): Promise<Figures> {
  const { space = 'one', comparableWith = [], behaviour = {}, lies = {}, rollout = {}, reasons, mayFail = false } = bad;
  await stage.begin({ rollout });
  const [first] = stage.pods;
  if (first !== undefined) unlucky.add(first.name);
  await stage.addModel('bad', { space, comparableWith, behaviour }, lies);
  const started = Date.now();
  const writesBefore = stage.writes.length;
  await stage.patch({ model: 'bad' });
  const { reason, message } = await stage.untilRejected('bad', reasons);
  const tookMs = Date.now() - started;
  const writes = stage.writes.length - writesBefore;
  await stage.untilUnloaded('bad');
  await stage.untilQuiet();
  const { world } = stage.bench;
  const version = stage.versionOf('bad');
  const opened = world.timesOpened(version);
  // It is still what spec.model says, and nobody tries it.
  await stage.untilQuiet();
  expect(world.timesOpened(version) === opened, `${version} not to be loaded again`);
  expect(stage.comparison?.spec.model === 'bad', 'spec.model to stay as the user wrote it');
  const judged = stage.judge({ mayFail: (by) => mayFail && by === version });
  return { ...judged, tookMs, writes, reason, message, phases: stage.phases(started) };
}
