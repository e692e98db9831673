import type { CallOptions, KubeClient } from './client/client.js';
import { isConflict, isNotFound } from './errors.js';
import { keyOf, type KubeObject } from './objects.js';
import type { Resource } from './resource.js';

/** How often a change is tried that other writers get in the way of. */
const MAX_ATTEMPTS = 8;

/**
 * Adds a finalizer, so that the object lives until it is removed again. Safe beside other writers. An object that is
 * being deleted is left alone: the server takes no new finalizers then.
 *
 * @returns the object as it is now; undefined if it is gone
 */
export function addFinalizer<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
  options: CallOptions = {},
): Promise<T | undefined> {
  return changeFinalizers(client, resource, object, options, (current, deleting) =>
    deleting || current.includes(finalizer) ? undefined : [...current, finalizer],
  );
}

/**
 * Removes a finalizer. Safe beside other writers, and when the object is gone already.
 *
 * @returns the object as it is now; undefined if it is gone
 */
export function removeFinalizer<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
  options: CallOptions = {},
): Promise<T | undefined> {
  return changeFinalizers(client, resource, object, options, (current) =>
    current.includes(finalizer) ? current.filter((name) => name !== finalizer) : undefined,
  );
}

async function changeFinalizers<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  options: CallOptions,
  change: (current: readonly string[], deleting: boolean) => string[] | undefined,
): Promise<T | undefined> {
  const key = keyOf(object);
  const uid = object.metadata?.uid;
  let current: T | undefined = object;
  for (let attempt = 1; ; attempt++) {
    // Another object with the name of the old one is not ours to touch.
    if (current === undefined || current.metadata?.uid !== uid) return undefined;
    const { finalizers: names = [], deletionTimestamp } = current.metadata ?? {};
    const finalizers = change(names, deletionTimestamp !== undefined);
    if (!finalizers) return current;
    try {
      const { resourceVersion } = current.metadata ?? {};
      return await client.patch(resource, key, { metadata: { finalizers } }, { ...options, resourceVersion });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw error;
    }
    current = await client.find(resource, key, options);
  }
}
