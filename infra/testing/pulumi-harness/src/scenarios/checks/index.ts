import type { Scenario } from '../scenario.js';
import { autoscaler } from './autoscaler.js';
import { capacity } from './capacity.js';
import { changes } from './change.js';
import { commands } from './commands.js';
import { clusters } from './cluster.js';
import { credentials } from './credentials.js';
import { interrupts } from './interrupt.js';
import { killed } from './killed.js';
import { life } from './life.js';
import { mistakes } from './mistakes.js';
import { order } from './order.js';
import { promise } from './promise.js';
import { secrets } from './secrets.js';
import { sweeps } from './sweep.js';
import { variants } from './variants.js';

/** All that must hold on the fake cloud. */
export const FAKE_CLOUD: readonly Scenario[] = [
  ...life,
  ...secrets,
  ...promise,
  ...changes,
  ...mistakes,
  ...autoscaler,
  ...credentials,
  ...clusters,
  ...order,
  ...capacity,
  ...variants,
  ...commands,
  ...interrupts,
  ...killed,
  ...sweeps,
];
