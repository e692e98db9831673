/**
 * Cuts a variant of the default bundle out of its graph, as a whole bundle folder:
 *
 *     npx node models/default/recipe/variants.ts lite [--out DIR]
 *     npx node models/default/recipe/variants.ts float32 [--out DIR]
 *
 * Without --out the folder is .cache/models/<variant> in the root of the repository. Does nothing when it is there already.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';

import { makeVariant, VARIANTS, type VariantName } from './make-variant.ts';

const BUNDLE = path.resolve(import.meta.dirname, '..');
const CACHE = path.resolve(BUNDLE, '../../.cache/models');

const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const variant = VARIANTS.find((name): name is VariantName => name === positionals[0]);
if (variant === undefined || positionals.length !== 1) {
  console.error(`usage: variants.ts ${VARIANTS.join('|')} [--out DIR]`);
  process.exitCode = 2;
} else {
  const folder = path.resolve(values.out ?? path.join(CACHE, variant));
  const made = makeVariant(variant, BUNDLE, folder);
  console.log(`${made ? 'made' : 'already there:'} ${path.join(folder, 'manifest.json')}`);
}
