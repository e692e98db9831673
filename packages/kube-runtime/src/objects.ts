import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Wire } from './wire.js';

export type ObjectMeta = Wire<V1ObjectMeta>;

/** What every object of the API has. Types of custom resources extend it. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}

/** Names one object of a resource. Without a namespace: an object of the cluster. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

/** The key of an object. @throws TypeError if it has no name */
export function keyOf(object: {
  readonly metadata?: { readonly namespace?: string; readonly name?: string } | undefined;
}): ObjectKey {
  const { namespace, name } = object.metadata ?? {};
  if (!name) throw new TypeError('an object without metadata.name has no key');
  return namespace ? { namespace, name } : { name };
}

/** `namespace/name`, or `name` for an object of the cluster. */
export function keyText(key: ObjectKey): string {
  return key.namespace ? `${key.namespace}/${key.name}` : key.name;
}

/** The key that {@link keyText} wrote. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/**
 * Compares two resourceVersions of one resource. They are decimal numbers that grow with each write; Kubernetes 1.35 made
 * that a promise (KEP-5504) and no API server on etcd ever did otherwise.
 */
export function compareResourceVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
