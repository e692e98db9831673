import { bucketOf } from '../rig/clients.js';
import type { Rollout, Stage } from '../rig/stage.js';
import { until } from '../../waiting/until.js';
import { PATIENTLY } from '../rig/patience.js';
import { judgeTraffic, seconds } from './judge.js';
import { expect, type RolloutScenario } from './scenario.js';

/** Half of the clients try it, long enough for it to show what it is. */
const STEPS = [{ weight: 50, hold: '20s' }];

interface BadUpgrade {
  readonly name: string;
  readonly what: string;
  /** Name of the FaceModel. */
  readonly model: string;
  readonly reasons: readonly string[];
  readonly rollout?: Rollout;
  /** Makes the FaceModel where it is not that of a bundle. */
  readonly prepare?: (stage: Stage) => Promise<void>;
}

const BAD_UPGRADES: readonly BadUpgrade[] = [
  {
    name: 'wrong-digest',
    what: 'a manifest with another digest than its FaceModel says',
    model: 'wrong-digest',
    reasons: ['DigestMismatch', 'LoadFailed'],
    prepare: (stage) =>
      stage.applyModel('wrong-digest', stage.version('patched'), 's3://models/patched/manifest.json', 'f'.repeat(64)),
  },
  {
    name: 'truncated',
    what: 'a file that is shorter than its manifest says',
    model: 'truncated',
    reasons: ['LoadFailed'],
  },
  {
    name: 'unreachable',
    what: 'a source that does not answer before the deadline',
    model: 'unreachable',
    reasons: ['DeadlineExceeded'],
    rollout: { deadline: '10s' },
    // The port of discard: nobody listens there in a pod.
    prepare: (stage) => stage.applyModel('unreachable', '9.0.0', 'https://127.0.0.1:9/manifest.json', 'e'.repeat(64)),
  },
  {
    name: 'low-parity',
    what: 'vectors that are only nearly those of the old version, and said to be so',
    model: 'low-parity',
    reasons: ['ParityTooLow'],
  },
  {
    name: 'overstated',
    what: 'vectors that are only nearly those of the old version, and said to be as good',
    model: 'overstated',
    reasons: ['ParityTooLow'],
  },
  {
    name: 'crash',
    what: 'a model that ends the process that computes it',
    model: 'crash',
    reasons: ['ErrorRateTooHigh', 'LoadFailed'],
    // One of six photos is fatal: of sixty, that none is has a probability of 0.002 %.
    rollout: { checks: { minRequests: 60 } },
  },
  {
    name: 'hang',
    what: 'a model that hangs with some photos',
    model: 'hang',
    reasons: ['ErrorRateTooHigh', 'LatencyTooHigh', 'NoTraffic'],
    // A request that hangs counts once its deadline of 30 s is over.
    rollout: { steps: [{ weight: 50, hold: '90s' }], checks: { minRequests: 20 } },
  },
  {
    name: 'slow',
    what: 'a model that takes several times as long',
    model: 'slow',
    reasons: ['LatencyTooHigh'],
    rollout: { checks: { maxLatencyRatio: 1.5, minRequests: 40 } },
  },
  {
    name: 'errors',
    what: 'a model that fails for one photo of twenty',
    model: 'errors',
    reasons: ['ErrorRateTooHigh'],
    // Two errors of 180 are too many; fewer have a probability of 0.1 %.
    rollout: { checks: { minRequests: 180 } },
  },
];

export const badUpgrades: readonly RolloutScenario[] = BAD_UPGRADES.map(
  ({ name, what, model, reasons, rollout = {}, prepare }) => ({
    name: `bad-${name}`,
    group: 'bad-upgrades',
    what: `${what} goes back by itself, with the reason in status and an Event`,
    run: async (stage) => {
      await prepare?.(stage);
      await stage.begin('default', { steps: STEPS, ...rollout, checks: { minRequests: 30, ...rollout.checks } });
      const eventsBefore = (await rejections(stage)).length;
      const startedMs = Date.now();
      await stage.patch({ model });
      const { rejected = [] } = await stage.untilStatus(`${model} is rejected`, (status) =>
        (status.rejected ?? []).some((entry) => entry.model === model),
      );
      const tookMs = Date.now() - startedMs;
      await stage.untilServing('default');
      // Some are rejected between two requests.
      await stage.untilAnswers(stage.version('default'), 1);
      await until(
        'an Event of the rejection is there',
        async () => (await rejections(stage)).length > eventsBefore,
        PATIENTLY,
      );
      const reason = rejected.find((entry) => entry.model === model)?.reason ?? '';
      expect(reasons.includes(reason), `reason ${reasons.join(' or ')}, got ${reason}`);
      const { conditions = [] } = await stage.status();
      const succeeded = conditions.find(({ type }) => type === 'RolloutSucceeded');
      expect(succeeded?.status === 'False', `RolloutSucceeded=False, got ${succeeded?.status ?? 'none'}`);
      // Its own share are the clients of the canary, whatever became of their requests.
      const figures = await judgeTraffic(stage, {
        excusedAs: 'failedOfTheCanary',
        isExcused: ({ route, who }) => route === 'service' && bucketOf(who) < 50 && tookCanary(stage),
      });
      return { ...figures, reason, rejectedAfterSeconds: seconds(tookMs) };
    },
  }),
);

/** Whether the model ever answered a share of the clients. */
function tookCanary({ looks }: Stage): boolean {
  return looks.some(({ status }) => status.weight !== undefined);
}

async function rejections(stage: Stage): Promise<readonly string[]> {
  const events = await stage.events();
  return events
    .filter(({ type, reason }) => type === 'Warning' && reason === 'RolloutRejected')
    .map(({ note = '' }) => note);
}
