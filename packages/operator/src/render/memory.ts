import type { ModelResources } from '../api/v1alpha1/index.js';

// How much memory a pod needs. The figures were measured on Linux with the default model, its variants and photos of 12
// megapixels (models/default/MODEL_CARD.md says how); they are generous where a pod that is killed would cost requests.

/** The HTTP process with its budget of images in flight (256 MiB) full of base64: 600 MiB were measured. */
export const BASE_MIB = 640;

/** Taken for a model whose manifest has no figures: a little more than the default model. */
export const UNKNOWN_MODEL: ModelResources = { sharedMiB: 160, perLaneMiB: 300 };

/**
 * The first lane to load a version on a node makes its memory-mapped form and takes more while it does: 970 MiB for one of
 * 149 MiB (float32), 800 for one of 149 (default), 230 for one of 38 (lite).
 */
const LOADING_FACTOR = 6.5;

/** Memory of a version that is loaded, in MiB. */
function loadedMiB({ sharedMiB, perLaneMiB }: ModelResources, lanes: number): number {
  return sharedMiB + lanes * perLaneMiB;
}

/** The most that a version takes from the start of its loading on, in MiB. */
function arrivingMiB(model: ModelResources, lanes: number): number {
  return Math.max(loadedMiB(model, lanes), LOADING_FACTOR * model.sharedMiB);
}

/** What a pod needs while `next` is loaded beside `serving`, in whole MiB. */
export function memoryForTwoMiB(serving: ModelResources, next: ModelResources, lanes: number): number {
  return Math.ceil(BASE_MIB + loadedMiB(serving, lanes) + arrivingMiB(next, lanes));
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** The number that a quantity of Kubernetes means (bytes, cores); undefined for what is no quantity. */
export function quantityValue(quantity: number | string): number | undefined {
  if (typeof quantity === 'number') return quantity;
  const [, number = '', unit = ''] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(quantity) ?? [];
  const value = Number.parseFloat(number) * (UNITS[unit] ?? Number.NaN);
  return Number.isNaN(value) ? undefined : value;
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
