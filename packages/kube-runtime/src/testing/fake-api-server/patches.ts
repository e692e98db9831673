import { isObject, same, type Json, type JsonObject } from './json.js';
import { StatusError } from './status-error.js';

/** JSON Merge Patch, RFC 7396. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) Reflect.deleteProperty(result, key);
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** JSON Patch, RFC 6902: add, remove, replace and test. A failed test is 422, as of a real API server. */
export function jsonPatch(target: JsonObject, operations: Json): JsonObject {
  if (!Array.isArray(operations)) throw new StatusError(400, 'BadRequest', 'a JSON patch is a list of operations');
  const result = structuredClone(target);
  for (const operation of operations) {
    if (!isObject(operation)) throw new StatusError(400, 'BadRequest', 'an operation of a JSON patch is an object');
    applyOperation(result, operation);
  }
  return result;
}

function applyOperation(root: JsonObject, { op, path, value = null }: JsonObject): void {
  if (typeof path !== 'string') throw refused();
  const segments = path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = segments.pop();
  let parent: Json | undefined = root;
  for (const segment of segments) parent = childOf(parent, segment);
  if (last === undefined || (!isObject(parent) && !Array.isArray(parent))) throw refused();
  const current = childOf(parent, last);
  switch (op) {
    case 'test':
      if (!same(current, value)) throw refused();
      return;
    case 'remove':
      if (current === undefined) throw refused();
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else Reflect.deleteProperty(parent, last);
      return;
    case 'replace':
    case 'add':
      if (op === 'replace' && current === undefined) throw refused();
      if (!Array.isArray(parent)) parent[last] = value;
      else if (op === 'replace') parent[Number(last)] = value;
      else parent.splice(last === '-' ? parent.length : Number(last), 0, value);
      return;
    default:
      throw refused();
  }
}

function childOf(parent: Json | undefined, segment: string): Json | undefined {
  if (Array.isArray(parent)) return parent[Number(segment)];
  return isObject(parent) ? parent[segment] : undefined;
}

function refused(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}
