import { createHash } from 'node:crypto';

import { canonicalJson } from './canonical-json.js';
import type { HeadSpec, Manifest } from './manifest-schema.js';

/**
 * The space in which a bundle's vectors live: 16 lower-case hex digits. Two vectors may be compared when their spaces
 * are equal. It is the start of the sha256 of the canonical JSON (RFC 8785) of what decides the vector and
 * of nothing else: where the five points go in the crop, and for each head in turn its weights (by digest), its
 * input rule, its window, its output and its share. What is left out is filled in first (mean 0, scale 1, the window is
 * the whole crop), so saying a default aloud changes nothing. Detector, names, thresholds and calibration do not count.
 *
 * @throws Error if a head's file is not among `files`; a manifest from `parseManifest` never does that.
 */
export function embeddingSpace(manifest: Manifest): string {
  const { size, template, antialias } = manifest.alignment;
  const decisive = {
    alignment: { size, template, antialias },
    heads: manifest.heads.map((head) => ({
      weights: digestOf(manifest, head),
      input: {
        name: head.input.name,
        layout: head.input.layout,
        type: head.input.type,
        colour: head.input.colour,
        size: head.input.size,
        mean: perChannel(head.input.mean ?? 0),
        scale: perChannel(head.input.scale ?? 1),
      },
      window: {
        left: head.window?.left ?? 0,
        top: head.window?.top ?? 0,
        size: head.window?.size ?? size,
      },
      output: { name: head.output.name, length: head.output.length },
      weight: head.weight,
    })),
  };
  return createHash('sha256').update(canonicalJson(decisive)).digest('hex').slice(0, 16);
}

/** How many numbers a vector of this bundle has: the heads' outputs, one after another. */
export function vectorLength(manifest: Pick<Manifest, 'heads'>): number {
  return manifest.heads.reduce((sum, head) => sum + head.output.length, 0);
}

function digestOf(manifest: Manifest, head: HeadSpec): string {
  const file = manifest.files.find(({ path }) => path === head.file);
  if (file === undefined) {
    throw new Error(`head "${head.name}" names ${head.file}, which is not among the files of the manifest`);
  }
  return file.sha256;
}

function perChannel(value: number | [number, number, number]): [number, number, number] {
  return typeof value === 'number' ? [value, value, value] : value;
}
