import { CliError } from '../program/cli-error.js';
import type { FaceService, ServedVersion } from './face-service.js';

/**
 * The version that a command is to use.
 *
 * @param wanted - the default version unless given
 * @param option - the option that named it, for the error
 * @throws CliError when it is not there; names those that are
 */
export function chooseVersion(
  service: FaceService,
  versions: readonly ServedVersion[],
  wanted: string | undefined,
  option = '--model-version',
): ServedVersion {
  const found = versions.find(({ version, isDefault }) => (wanted === undefined ? isDefault : version === wanted));
  if (found !== undefined) return found;
  const loaded = versions.map(({ version }) => version).join(', ');
  throw new CliError(`Version ${wanted ?? '(default)'} is not loaded: ${service.name} has ${loaded}.`, {
    hint: `Choose one of them with ${option}, or have that version loaded first.`,
  });
}
