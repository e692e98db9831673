import { isObject, type JsonObject } from '../pulumi/json.js';

/** The names along a path such as `spec.model`, `metadata.annotations["a.b/c"]` or `spec.ports[0].nodePort`. */
export function parsePath(path: string): string[] {
  return [...path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? '',
  );
}

/** What is at a path; undefined if nothing is. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(value)) return valueAt(value[Number(name)], rest);
  return isObject(value) ? valueAt(value[name], rest) : undefined;
}

/** A copy without what is at a path; parents that get empty by it stay. */
export function without(object: JsonObject, path: readonly string[]): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined || !(name in object)) return object;
  if (rest.length === 0) return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
  const inner = object[name];
  return isObject(inner) ? { ...object, [name]: without(inner, rest) } : object;
}

/** A copy with a value at a path; what is missing on the way is made. */
export function withValue(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = object[name];
  return { ...object, [name]: withValue(isObject(inner) ? inner : {}, rest, value) };
}
