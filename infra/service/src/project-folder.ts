import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the project, the one with Pulumi.yaml; `src` and `dist` lie in it. */
const PROJECT_FOLDER = new URL('..', import.meta.url);

/** The bytes of a file beside Pulumi.yaml, or of another one by a relative path. */
export function projectFile(path: string): Buffer {
  return readFileSync(new URL(path, PROJECT_FOLDER));
}

/** The path of that folder. */
export function projectFolder(): string {
  return fileURLToPath(PROJECT_FOLDER);
}
