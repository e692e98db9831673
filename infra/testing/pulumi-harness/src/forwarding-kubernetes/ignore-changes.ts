import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../pulumi/json.js';
import { parsePath, valueAt, without, withValue } from './property-path.js';

/**
 * What to apply so that ignored fields stay as they are in the cluster.
 *
 * A field that another manager owns by now is left out, so that it remains theirs: that is what `kubectl patch` does to
 * it. A field that is still ours goes out with the value that it has; left out, server-side apply would remove it.
 *
 * After `handleSSAIgnoreFields` of provider/pkg/await/await.go of https://github.com/pulumi/pulumi-kubernetes. Fields in
 * lists are compared by their whole list.
 *
 * @param live the object in the cluster, with its managedFields
 */
export function applyIgnoringChanges(
  wanted: JsonObject,
  live: JsonObject,
  ignoredPaths: readonly string[],
  fieldManager: string,
): JsonObject {
  let applied = wanted;
  for (const path of ignoredPaths.map(parsePath)) {
    const liveValue = valueAt(live, path);
    if (liveValue === undefined) continue;
    const owners = ownersOf(live, path);
    const theirs = owners.length > 0 && !owners.includes(fieldManager);
    applied = theirs ? without(applied, path) : withValue(applied, path, liveValue);
  }
  return applied;
}

/** The managers that own the field at a path. */
export function ownersOf(live: JsonObject, path: readonly string[]): string[] {
  return objectsAt(objectAt(live, 'metadata') ?? {}, 'managedFields')
    .filter((entry) => owns(objectAt(entry, 'fieldsV1') ?? {}, path))
    .map((entry) => stringAt(entry, 'manager'));
}

/** Whether a FieldsV1 has a path, or something below it. https://kubernetes.io/docs/reference/using-api/server-side-apply */
function owns(fields: JsonObject, path: readonly string[]): boolean {
  let at: unknown = fields;
  for (const name of path) {
    if (!isObject(at)) return false;
    at = at[`f:${name}`];
  }
  return at !== undefined;
}
