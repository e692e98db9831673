import { BAD_MODEL_CHECKS } from './bad-models.js';
import { CHANGES_OF_MIND } from './changes-of-mind.js';
import type { Check } from './check.js';
import { OBJECT_CHECKS } from './objects.js';
import { OPERATOR_CHECKS } from './operators.js';
import { POD_CHECKS } from './pods.js';
import { UPGRADES } from './upgrades.js';

export { API_SERVER_RESTART } from './operators.js';

/** All that can run side by side. */
export const ALL_CHECKS: readonly Check[] = [
  // Those that take longest come first.
  ...OPERATOR_CHECKS,
  ...BAD_MODEL_CHECKS,
  ...CHANGES_OF_MIND,
  ...POD_CHECKS,
  ...UPGRADES,
  ...OBJECT_CHECKS,
];
