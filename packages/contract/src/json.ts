/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * A value as JSON holds it: members that are undefined, not enumerable or named by symbols are left out.
 *
 * @throws TypeError for what JSON cannot hold
 */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') return toJsonObject(value);
  throw new TypeError(`JSON has no ${typeof value}`);
}

/** The same for an object. */
export function toJsonObject(value: object): JsonObject {
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(
    entries.filter(([, member]) => member !== undefined).map(([key, member]) => [key, toJson(member)]),
  );
}

/** Whether a JSON value is an object. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
