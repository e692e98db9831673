import type { ModelResources } from '../api/v1alpha1/index.js';
import { quantityValue } from './quantity.js';

// How much memory a pod needs. The figures were measured on Linux with the default model, its variants and photos of 12
// megapixels (models/default/MODEL_CARD.md says how); they are generous where a pod that is killed would cost requests.

/** The HTTP process with its budget of images in flight (256 MiB) full of base64: 600 MiB were measured. */
export const BASE_MIB = 640;

/** Taken for a model whose manifest has no figures: about those of the default model. */
export const UNKNOWN_MODEL: ModelResources = { sharedMiB: 150, perLaneMiB: 300 };

/**
 * The first lane of a pod to load a version makes its memory-mapped form, and takes more while it does: 795 MiB for one of
 * 149 MiB (default), 975 for another (float32), 226 for one of 38 (lite).
 */
const LOADING_FACTOR = 6.6;

/**
 * Where there are several lanes, one of them can use the threads of all for a request that is alone, and keeps memory for it:
 * 91 MB were measured with the default model, 112 with its int8 form.
 */
const WIDE_MIB = 110;

/** Memory of a version that is loaded, in MiB. */
function loadedMiB({ sharedMiB, perLaneMiB }: ModelResources, lanes: number): number {
  return sharedMiB + lanes * perLaneMiB + (lanes > 1 ? WIDE_MIB : 0);
}

/** The most that a version takes from the start of its loading on, in MiB. */
function arrivingMiB(model: ModelResources, lanes: number): number {
  return Math.max(loadedMiB(model, lanes), LOADING_FACTOR * model.sharedMiB);
}

/** What a pod needs while `next` is loaded beside `serving`, in whole MiB. */
export function memoryForTwoMiB(serving: ModelResources, next: ModelResources, lanes: number): number {
  return Math.ceil(BASE_MIB + loadedMiB(serving, lanes) + arrivingMiB(next, lanes));
}

/**
 * Why a pod has no room for `next` beside `serving`.
 *
 * @param limit of the memory of its container; undefined when there is none
 * @returns a sentence for people, or undefined when there is room
 */
export function lackOfMemory(
  limit: number | string | undefined,
  serving: ModelResources | undefined,
  next: ModelResources | undefined,
  lanes: number,
): string | undefined {
  const limitBytes = limit === undefined ? undefined : quantityValue(limit);
  if (limitBytes === undefined) return undefined;
  const neededMiB = memoryForTwoMiB(serving ?? UNKNOWN_MODEL, next ?? UNKNOWN_MODEL, lanes);
  const limitMiB = Math.floor(limitBytes / 1024 ** 2);
  if (neededMiB <= limitMiB) return undefined;
  return `two versions need ${neededMiB} MiB in each pod and the limit is ${limitMiB} MiB; set spec.resources.limits.memory to ${neededMiB}Mi, which restarts the pods`;
}
