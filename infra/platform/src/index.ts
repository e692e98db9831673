import { readSettings } from '@face-comparison/stack-config';

import { createPlatform, type PlatformOutputs } from './platform.js';
import { RULES, SETTINGS } from './settings.js';

/** The program of the stack: Pulumi calls it and keeps what it returns as the outputs. */
export default function program(): PlatformOutputs {
  return createPlatform(readSettings(SETTINGS, { rules: RULES }));
}
