import type { Scenario } from '../scenario.js';
import { capacity } from './capacity.js';
import { changes } from './change.js';
import { clusters } from './cluster.js';
import { credentials } from './credentials.js';
import { interrupts } from './interrupt.js';
import { life } from './life.js';
import { mistakes } from './mistakes.js';
import { promise } from './promise.js';
import { secrets } from './secrets.js';
import { sweeps } from './sweep.js';

/** All that must hold on the fake cloud. */
export const FAKE_CLOUD: readonly Scenario[] = [
  ...life,
  ...secrets,
  ...promise,
  ...changes,
  ...mistakes,
  ...credentials,
  ...clusters,
  ...capacity,
  ...interrupts,
  ...sweeps,
];
