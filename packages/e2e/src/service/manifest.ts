import { readFile } from 'node:fs/promises';
import { parseManifest, type Manifest } from '@face-comparison/bundle';

/** Where the repository keeps the default model, seen from its root, where npm scripts run. */
export const DEFAULT_MANIFEST_PATH = 'models/default/manifest.json';

/** Reads a bundle's manifest; its files are neither read nor checked. */
export async function readManifest(path: string): Promise<Manifest> {
  return parseManifest(await readFile(path), path);
}

/** Similarity, 0..100, of a cosine. */
export function similarityOf(cosine: number, { slope, midpoint }: Manifest['calibration']): number {
  return 100 / (1 + Math.exp(-slope * (cosine - midpoint)));
}

/** The cosine that has this similarity, which must lie between 0 and 100, both excluded. */
export function cosineOf(similarity: number, { slope, midpoint }: Manifest['calibration']): number {
  return midpoint + Math.log(similarity / (100 - similarity)) / slope;
}
