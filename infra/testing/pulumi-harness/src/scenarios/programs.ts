import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ProgramName } from '../timeline/timeline.js';

/** One of the two Pulumi projects. */
export interface Program {
  readonly name: ProgramName;
  /** The `name` of its Pulumi.yaml. */
  readonly project: string;
  readonly folder: string;
}

/** infra/, from dist/scenarios. */
const INFRA = fileURLToPath(new URL('../../../../', import.meta.url));

export const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  platform: { name: 'platform', project: 'face-comparison-platform', folder: `${INFRA}platform` },
  service: { name: 'service', project: 'face-comparison-service', folder: `${INFRA}service` },
};

/** What is missing to run the programs, in words; undefined if nothing is. */
export function missingPrograms(): string | undefined {
  const missing = Object.values(PROGRAMS).filter(({ folder }) => !existsSync(`${folder}/dist/index.js`));
  if (missing.length === 0) return undefined;
  return `infra/${missing.map(({ name }) => name).join(' and infra/')} not built: npx nx build platform service`;
}
