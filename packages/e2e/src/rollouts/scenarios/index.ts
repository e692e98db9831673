import { abort, approval, canaryApproval, rollback, twoPatches } from './back.js';
import { badUpgrades } from './bad-upgrades.js';
import { faults } from './faults.js';
import { install } from './install.js';
import { otherSpace } from './other-space.js';
import { sameSpace } from './same-space.js';
import type { RolloutScenario } from './scenario.js';

export type { RolloutScenario } from './scenario.js';

/** In their order: the first says how much traffic the others may have. */
export const ROLLOUT_SCENARIOS: readonly RolloutScenario[] = [
  install,
  sameSpace,
  otherSpace,
  rollback,
  ...[abort, approval, canaryApproval, twoPatches, ...badUpgrades, ...faults].map((one) => ({
    ...one,
    isSampled: true,
  })),
];
