import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The programs that the provider calls. */
export interface Programs {
  readonly kubectl: string;
  readonly helm: string;
}

/** A program in the folder KUBEBUILDER_ASSETS or on the PATH; undefined if it is in neither. */
export function findProgram(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [environment['KUBEBUILDER_ASSETS'] ?? '', ...(environment['PATH'] ?? '').split(delimiter)];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** @throws Error naming what is missing, and where it was looked for */
export function findPrograms(environment: NodeJS.ProcessEnv = process.env): Programs {
  const kubectl = findProgram('kubectl', environment);
  const helm = findProgram('helm', environment);
  if (kubectl === undefined || helm === undefined) {
    const missing = [...(kubectl === undefined ? ['kubectl'] : []), ...(helm === undefined ? ['helm'] : [])];
    throw new Error(`${missing.join(' and ')}: expected in KUBEBUILDER_ASSETS or on the PATH, found in neither`);
  }
  return { kubectl, helm };
}
