/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under `key`; undefined if there is none. */
export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isObject(value) ? value : undefined;
}

/** The string under `key`; empty if there is none. */
export function stringAt(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

/** The strings of the list under `key`. */
export function stringsAt(object: JsonObject, key: string): string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The objects of the list under `key`. */
export function objectsAt(object: JsonObject, key: string): JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The numbers of the object under `key`, by name. */
export function numbersAt(object: JsonObject, key: string): Record<string, number> {
  const entries = Object.entries(objectAt(object, key) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

/**
 * Parses a JSON object.
 *
 * @param what names the text in the error
 */
export function parseObject(text: string, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${what} is no JSON: ${text.slice(0, 200)}`, { cause });
  }
  if (!isObject(value)) throw new Error(`${what}: expected a JSON object, got ${text.slice(0, 200)}`);
  return value;
}
