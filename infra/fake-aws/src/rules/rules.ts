import type { Rules } from './rule.js';

export const rules: Rules = {};
