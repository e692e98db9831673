import { setTimeout as sleep } from 'node:timers/promises';
import Type, { type Static, type TSchema } from 'typebox';
import { KubeError, UnexpectedAnswerError, parsed, type KubeClient } from './kube-client.js';

const PAUSE_MS = 200;

export interface FollowHandlers<T> {
  /** An object is there, or has become another. */
  readonly changed: (object: T) => void;
  readonly gone: (object: T) => void;
}

const UidSchema = Type.Object({ metadata: Type.Object({ uid: Type.String(), resourceVersion: Type.String() }) });

/**
 * Tells of every object of a collection and of its changes, through restarts of the API server, until the signal.
 * Resolves after the first list has been told.
 */
export async function follow<T extends TSchema>(
  client: KubeClient,
  schema: T,
  path: string,
  handlers: FollowHandlers<Static<T>>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, Static<T>>();
  const tell = (object: Static<T>): void => {
    const { uid, resourceVersion } = parsed(UidSchema, object, path).metadata;
    const before = known.get(uid);
    if (before !== undefined && parsed(UidSchema, before, path).metadata.resourceVersion === resourceVersion) return;
    known.set(uid, object);
    handlers.changed(object);
  };
  const forget = (uid: string): void => {
    const last = known.get(uid);
    if (last === undefined) return;
    known.delete(uid);
    handlers.gone(last);
  };

  const list = async (): Promise<string> => {
    const { items, resourceVersion } = await client.list(schema, path);
    const listed = new Set(items.map((item) => parsed(UidSchema, item, path).metadata.uid));
    for (const uid of [...known.keys()]) if (!listed.has(uid)) forget(uid);
    for (const item of items) tell(item);
    return resourceVersion;
  };

  const watch = async (from: string): Promise<void> => {
    let version = from;
    while (!isAborted(signal)) {
      for await (const { type, object } of client.watch(path, version, signal)) {
        const { metadata } = parsed(VersionSchema, object, path);
        version = metadata.resourceVersion;
        if (type === 'BOOKMARK') continue;
        const checked = parsed(schema, object, path);
        if (type === 'DELETED') {
          const { uid } = parsed(UidSchema, checked, path).metadata;
          known.set(uid, checked);
          forget(uid);
        } else tell(checked);
      }
    }
  };

  const run = async (first: string): Promise<void> => {
    let version: string | undefined = first;
    while (!isAborted(signal)) {
      try {
        version ??= await list();
        await watch(version);
      } catch (error) {
        version = undefined;
        if (isAborted(signal)) return;
        if (error instanceof UnexpectedAnswerError) throw error;
        // 410: the version is too old; anything else: the API server is away. Both mend by listing again.
        if (!(error instanceof KubeError && error.status === 410)) await sleep(PAUSE_MS);
      }
    }
  };

  const first = await list();
  void run(first);
}

const VersionSchema = Type.Object({ metadata: Type.Object({ resourceVersion: Type.String() }) });

/** A function, since the compiler does not see that it may change while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
