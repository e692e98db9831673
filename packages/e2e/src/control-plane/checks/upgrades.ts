import { overlapMs } from '../observe/route-samples.js';
import { until } from '../../waiting/until.js';
import { expect, type Figures, type Stage } from '../stage.js';
import type { Check } from './check.js';

/** Patches to a model, waits until it has taken over, and judges the way there. */
export async function upgrade(stage: Stage, model: string): Promise<Figures> {
  const started = Date.now();
  const writesBefore = stage.writes.length;
  await stage.patch({ model });
  await stage.untilSettledOn(model);
  const tookMs = Date.now() - started;
  return { tookMs, writes: stage.writes.length - writesBefore, phases: stage.phases(started), ...stage.judge() };
}

/** The phases, in their order, among those gone through. Only those are told of that last: others may be over before somebody looks. */
export function expectPhases({ phases }: Figures, wanted: readonly string[]): void {
  const seen = Array.isArray(phases) ? phases.map(String) : [];
  let from = 0;
  for (const phase of wanted) {
    const at = seen.indexOf(phase, from);
    expect(at >= 0, `the phases ${wanted.join(', ')} in this order, got ${seen.join(', ')}`);
    from = at + 1;
  }
}

const CANARY = ['Canary 10', 'Canary 50', 'Serving'];

export const UPGRADES: readonly Check[] = [
  {
    name: 'same-space',
    what: 'a model of the same space takes over step by step, and the old one is unloaded after its time',
    run: async (stage) => {
      await stage.begin();
      await stage.addModel('new', { space: 'one' });
      const figures = await upgrade(stage, 'new');
      expectPhases(figures, CANARY);
      await stage.untilUnloaded('old');
      await stage.untilQuiet();
      return { ...figures, ...stage.judge() };
    },
  },
  {
    name: 'declared-comparable',
    what: 'a model of another space that is declared and measured to be comparable takes over step by step',
    run: async (stage) => {
      await stage.begin();
      await stage.addModel('new', { space: 'two', comparableWith: ['one'] });
      const figures = await upgrade(stage, 'new');
      expectPhases(figures, CANARY);
      return figures;
    },
  },
  {
    name: 'other-space',
    what: 'a model of another space takes over on all pods at one instant; who pinned the old one is served until its time is over',
    run: async (stage) => {
      // Until all that is to be seen of pinned clients has been seen.
      await stage.begin({ rollout: { retain: '10m' } });
      const old = stage.versionOf('old');
      stage.traffic.pin = old;
      await stage.addModel('new', { space: 'two' });
      const figures = await upgrade(stage, 'new');
      expectPhases(figures, ['Switching', 'Serving']);
      const overlap = overlapMs(stage.routes.changes, old, stage.versionOf('new'));
      expect(overlap === 0, `the old version to end where the new one begins, got an overlap of ${overlap ?? 'no'} ms`);
      const pinned = stage.traffic.answers.filter(({ pin }) => pin !== undefined);
      const otherwise = pinned.filter(({ status, version }) => status !== 200 || version !== old);
      expect(
        pinned.length > 0 && otherwise.length === 0,
        `each pinned request answered by the old version, got ${JSON.stringify(otherwise[0])} among ${pinned.length}`,
      );
      await stage.patch({ rollout: { retain: '1s' } });
      await stage.untilUnloaded('old');
      stage.traffic.reset();
      await until('a pinned request is refused once the old version is unloaded', () =>
        stage.traffic.answers.some(({ pin, status }) => pin === old && status === 409),
      );
      await stage.untilQuiet();
      return { ...figures, ...stage.judge(), overlapMs: overlap, pinned: pinned.length };
    },
  },
  {
    name: 'without-traffic',
    what: 'where nobody asks, a switch to another space needs no requests',
    run: async (stage) => {
      await stage.begin();
      stage.traffic.stop();
      await stage.addModel('new', { space: 'two' });
      return upgrade(stage, 'new');
    },
  },
  {
    name: 'three-in-turn',
    what: 'one upgrade after the other, each waiting until there is room for it',
    run: async (stage) => {
      await stage.begin({ rollout: { retain: '1s' } });
      await stage.addModel('second', { space: 'one' });
      await stage.addModel('third', { space: 'two' });
      const first = await upgrade(stage, 'second');
      const then = await upgrade(stage, 'third');
      return { ...then, firstTookMs: Number(first['tookMs']) };
    },
  },
];
