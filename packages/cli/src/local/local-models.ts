import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineModel } from '@face-comparison/engine';
import { CliError } from '../program/cli-error.js';
import { reasonOf } from '../program/reason.js';

/** The default model, as it lies in the repository. */
const DEFAULT_MANIFEST = fileURLToPath(new URL('../../../../models/default/manifest.json', import.meta.url));

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens and verifies the models to compute with.
 *
 * @param manifests - paths or URLs; the default model of the repository unless given
 * @throws CliError when the packages that compute, or a model, are not there
 */
export async function openModels(
  manifests: readonly string[],
  cacheDir: string,
): Promise<readonly [EngineModel, ...EngineModel[]]> {
  await requirePackage(() => import('@face-comparison/engine'), '@face-comparison/engine');
  const { openBundle } = await requirePackage(() => import('@face-comparison/bundle'), '@face-comparison/bundle');
  const open = async (manifest: string): Promise<EngineModel> => {
    try {
      const bundle = await openBundle({ manifest }, { cacheDir });
      const files = bundle.manifest.files.map(({ path }) => [path, bundle.pathOf(path)] as const);
      return { manifest: bundle.manifest, space: bundle.space, files: Object.fromEntries(files) };
    } catch (cause) {
      throw new CliError(`The model cannot be used: ${reasonOf(cause)}`, {
        cause,
        hint: 'Name the manifest.json of a model with --model.',
      });
    }
  };
  const [first = await defaultManifest(), ...others] = manifests;
  const models = [await open(first)] as [EngineModel, ...EngineModel[]];
  for (const manifest of others) models.push(await open(manifest));
  return models;
}

/** Where models from elsewhere and the memory-mapped forms of all models are kept. */
export function cacheFolder(env: Environment): string {
  const own = env['FACE_COMPARISON_CACHE_DIR'];
  if (own !== undefined && own !== '') return own;
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'face-comparison');
}

async function defaultManifest(): Promise<string> {
  try {
    await access(DEFAULT_MANIFEST);
    return DEFAULT_MANIFEST;
  } catch (cause) {
    throw new CliError('There is no model here: the command does not run from a checkout of the repository.', {
      cause,
      hint: 'Name the manifest.json of a model with --model (a path, https://... or s3://...), or use a service with --url.',
    });
  }
}

async function requirePackage<T>(load: () => Promise<T>, name: string): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new CliError(`--local computes with ${name}, which cannot be loaded here.`, {
      cause,
      hint: 'Install it (npm install @face-comparison/engine @face-comparison/bundle), or use a service with --url.',
    });
  }
}
