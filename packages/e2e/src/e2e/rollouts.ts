import { missingForCluster } from '../cluster/index.js';
import { ScenarioRunner } from '../rollouts/scenario-runner.js';
import { ROLLOUT_SCENARIOS } from '../rollouts/scenarios/index.js';
import { SkippedError, type Scenario } from './scenario.js';

const runner = new ScenarioRunner();

/** Upgrades of models on a real cluster: one installation for all of them. `closeRollouts` takes it away. */
export const rollouts: readonly Scenario[] = ROLLOUT_SCENARIOS.map((scenario) => ({
  name: scenario.name,
  group: scenario.group,
  what: scenario.what,
  isSampled: scenario.isSampled ?? false,
  missing: missingForCluster,
  run: async () => {
    const missing = await runner.run(scenario);
    if (missing !== undefined) throw new SkippedError(missing);
  },
}));

/** Takes out of the cluster what the scenarios put into it. */
export function closeRollouts(): Promise<void> {
  return runner.close();
}
