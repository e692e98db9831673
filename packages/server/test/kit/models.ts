import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { embeddingSpace, parseManifest } from '@face-comparison/bundle';
import type { ServingPlan } from '@face-comparison/contract';

/** The root of the repository. */
export const ROOT = resolve(__dirname, '../../../..');

/** A model that tests serve. */
export interface TestModel {
  readonly name: string;
  readonly version: string;
  readonly space: string;
  readonly manifestPath: string;
  /** The model's entry in a serving plan. */
  readonly entry: ServingPlan['models'][number];
}

function model(folder: string, howMade: string): TestModel {
  const manifestPath = join(ROOT, folder, 'manifest.json');
  let bytes: Buffer;
  try {
    bytes = readFileSync(manifestPath);
  } catch (error) {
    throw new Error(`${manifestPath} is missing; ${howMade}`, { cause: error });
  }
  const manifest = parseManifest(bytes, manifestPath);
  return {
    name: manifest.name,
    version: manifest.version,
    space: embeddingSpace(manifest),
    manifestPath,
    entry: {
      version: manifest.version,
      manifest: pathToFileURL(manifestPath).href,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
  };
}

const VARIANTS = '`npx nx run model-default:variants` makes it';

/** The model of the repository: 768 numbers. */
export const DEFAULT = model('models/default', 'check the repository out again');
/** A small one of another embedding space: 128 numbers. */
export const LITE = model('.cache/models/lite', VARIANTS);
/** The default with full-precision weights: of another space by its name, and declared to be comparable. */
export const FLOAT32 = model('.cache/models/float32', VARIANTS);
