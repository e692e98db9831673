import { isRecord } from './paths.js';

/** Equal in content. The order of keys does not matter, and a missing one equals undefined. Keys of the provider's own are left out. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => same(value, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => key === '__defaults' || same(a[key], b[key]));
}
