import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { REFERENCE_FILE, settingsReference } from './settings-reference.js';

describe('the reference of the settings', () => {
  it('is what the settings make now (else: npm run generate)', () =>
    expect(readFileSync(resolve(__dirname, '../../..', REFERENCE_FILE), 'utf8')).toBe(settingsReference()));
});
