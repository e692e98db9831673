import type { V1OwnerReference } from '@kubernetes/client-node';
import type { KubeObject, ObjectKey } from './objects.js';
import type { Wire } from './wire.js';

export type OwnerReference = Wire<V1OwnerReference>;

/** The reference that names `object` as its controller, or undefined. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether the object with this uid controls `object`. */
export function isControlledBy(object: KubeObject, uid: string): boolean {
  return controllerOf(object)?.uid === uid;
}

/**
 * Maps an object to the key of its controller, if that is of the kind: what a controller's `watches` need for children.
 * An owner lives in the namespace of what it owns.
 */
export function ownerKeys(owner: {
  readonly kind: string;
  readonly group?: string;
}): (object: KubeObject) => ObjectKey[] {
  return (object) => {
    const reference = controllerOf(object);
    if (reference?.kind !== owner.kind) return [];
    if (owner.group !== undefined && groupOf(reference.apiVersion) !== owner.group) return [];
    const namespace = object.metadata?.namespace;
    return [namespace ? { namespace, name: reference.name } : { name: reference.name }];
  };
}

/**
 * A reference to `object` for the metadata of what it owns.
 *
 * @param options.controller whether `object` is the one that manages the child (at most one owner is)
 * @param options.blockOwnerDeletion whether a foreground deletion of `object` waits for the child. Needs the right to update
 *   the owner's finalizers where OwnerReferencesPermissionEnforcement is on
 * @throws TypeError if `object` lacks apiVersion, kind, name or uid
 */
export function ownerReference(
  object: KubeObject,
  options: { readonly controller?: boolean; readonly blockOwnerDeletion?: boolean } = {},
): OwnerReference {
  const { apiVersion, kind, metadata: { name, uid } = {} } = object;
  if (!apiVersion || !kind || !name || !uid) {
    throw new TypeError(
      `an owner needs apiVersion, kind, name and uid; got ${JSON.stringify({ apiVersion, kind, name, uid })}`,
    );
  }
  return {
    apiVersion,
    kind,
    name,
    uid,
    controller: options.controller ?? false,
    blockOwnerDeletion: options.blockOwnerDeletion ?? false,
  };
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
