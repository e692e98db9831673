import { numberAt } from '../account/paths.js';
import type { Rules } from './rule.js';

const day = 24 * 3600;

export const keyRules: Rules = {
  'kms/key': {
    // Deleting is a request: the key stays for its waiting period, 7 to 30 days.
    leaving: (world, key) => {
      key.dueAt = world.clock.now() + (numberAt(key.inputs, 'deletionWindowInDays') ?? 30) * day;
    },
  },
};
