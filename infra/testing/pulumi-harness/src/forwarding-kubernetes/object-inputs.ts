import { isObject, objectAt, stringAt, type JsonObject } from '../pulumi/json.js';
import type { ObjectReference } from './kinds.js';

/** What names the object that inputs describe. */
export function referenceOf(inputs: JsonObject): ObjectReference {
  const metadata = objectAt(inputs, 'metadata') ?? {};
  return {
    apiVersion: stringAt(inputs, 'apiVersion'),
    kind: stringAt(inputs, 'kind'),
    namespace: stringAt(metadata, 'namespace') || undefined,
    name: stringAt(metadata, 'name'),
  };
}

/** The provider's id of an object: `NAMESPACE/NAME`, or `NAME`. */
export function idOf({ namespace, name }: ObjectReference): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The annotations that inputs have. */
export function annotationOf(inputs: JsonObject, name: string): string {
  return stringAt(objectAt(objectAt(inputs, 'metadata') ?? {}, 'annotations') ?? {}, name);
}

/** The live values of just those fields that inputs have: what inputs would have to be to describe the object. */
export function inputsOf(live: JsonObject, inputs: JsonObject): JsonObject {
  const fields = Object.entries(inputs)
    // stringData is only ever written; the server keeps it as data.
    .map(([key, value]): [string, unknown] => [key, key === 'stringData' ? value : liveValue(live[key], value)])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields);
}

function liveValue(live: unknown, input: unknown): unknown {
  if (isObject(live) && isObject(input)) return inputsOf(live, input);
  if (Array.isArray(live) && Array.isArray(input) && live.length === input.length) {
    return live.map((item, index) => liveValue(item, input[index]));
  }
  return live;
}
