import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { load } from 'js-yaml';

import { PROJECT } from '../src/settings.js';

/** The settings of an example, Pulumi.STACK.yaml, by their names without the project. */
export function exampleConfig(stack: string): Readonly<Record<string, unknown>> {
  const file: unknown = load(readFileSync(resolve(__dirname, `../Pulumi.${stack}.yaml`), 'utf8'));
  const config: unknown = typeof file === 'object' && file !== null && 'config' in file ? file.config : {};
  return Object.fromEntries(
    Object.entries(typeof config === 'object' && config !== null ? config : {}).map(
      ([key, value]): [string, unknown] => [key.replace(`${PROJECT}:`, ''), value],
    ),
  );
}
