import { readFile } from 'node:fs/promises';
import { ManifestSchema, type Manifest } from '@face-comparison/bundle';
import { Value } from 'typebox/value';

/** Where the repository keeps the default model, seen from its root, where npm scripts run. */
export const DEFAULT_MANIFEST_PATH = 'models/default/manifest.json';

/** Reads a bundle's manifest; its files are neither read nor checked. */
export async function readManifest(path: string): Promise<Manifest> {
  const json: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (Value.Check(ManifestSchema, json)) return json;
  const [first] = Value.Errors(ManifestSchema, json);
  throw new Error(`${path} is not a manifest: ${first?.instancePath ?? '/'} ${first?.message ?? ''}`);
}

/** Similarity, 0..100, of a cosine. */
export function similarityOf(cosine: number, { slope, midpoint }: Manifest['calibration']): number {
  return 100 / (1 + Math.exp(-slope * (cosine - midpoint)));
}

/** The cosine that has this similarity, which must lie between 0 and 100, both excluded. */
export function cosineOf(similarity: number, { slope, midpoint }: Manifest['calibration']): number {
  return midpoint + Math.log(similarity / (100 - similarity)) / slope;
}
