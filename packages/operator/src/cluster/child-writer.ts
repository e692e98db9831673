import { createHash } from 'node:crypto';

import {
  controllerOf,
  keyOf,
  type Informer,
  type KubeClient,
  type KubeObject,
  type Named,
  type ObjectKey,
} from '@face-comparison/kube-runtime';

import { API_GROUP } from '../api/v1alpha1/index.js';
import { holds } from './difference.js';

/** On each child: a digest of what was applied, so that what is no longer wanted is noticed, too. */
export const APPLIED_ANNOTATION = `${API_GROUP}/applied`;

/** An object of this name is there, and the FaceComparison does not control it. */
export interface ForeignObject {
  readonly kind: string;
  readonly name: string;
  /** It belongs to a FaceComparison of the same name that is gone; garbage collection takes it soon. */
  readonly isLeaving: boolean;
}

type Child<T extends KubeObject> = Named<T> & T;

/** Writes children by server-side apply: what differs, and nothing at rest. */
export class ChildWriter {
  readonly #client: KubeClient;
  /** What the server made of what was wanted, where it stores something else than was sent (quantities, for instance). */
  readonly #settled = new Map<string, string>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /**
   * Looks whether the name of a child is taken by somebody else. Children are applied by force; without this look a Service
   * of the same name would be taken over.
   */
  async foreign<T extends KubeObject>(
    informer: Informer<T>,
    key: ObjectKey,
    owner: KubeObject,
    signal: AbortSignal,
  ): Promise<ForeignObject | undefined> {
    const { resource } = informer;
    // The informer sees only objects with our labels.
    const found = informer.get(key) ?? (await this.#client.find(resource, key, { signal }));
    if (found === undefined) return undefined;
    const controller = controllerOf(found);
    if (controller?.uid === owner.metadata?.uid) return undefined;
    const isLeaving = controller?.kind === owner.kind && controller?.name === owner.metadata?.name;
    return { kind: resource.kind, name: key.name, isLeaving };
  }

  /**
   * @param resourceVersion the child must still have this version; `conflict` if it has not
   * @returns whether something was written
   */
  async apply<T extends KubeObject>(
    informer: Informer<T>,
    child: Child<T>,
    options: { readonly resourceVersion?: string | undefined; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const wanted = sealed(child);
    const found = informer.get(keyOf(wanted));
    if (found !== undefined && (holds(wanted, found) || this.#isSettled(wanted, found))) return false;
    const written = await this.#client.apply(informer.resource, wanted, options);
    informer.observe(written);
    if (holds(wanted, written)) this.#settled.delete(idOf(wanted));
    else this.#settled.set(idOf(wanted), settledText(wanted, written));
    return true;
  }

  /** Deletes a child that is no longer wanted, if it is there and is ours. */
  async remove<T extends KubeObject>(
    informer: Informer<T>,
    key: ObjectKey,
    owner: KubeObject,
    signal: AbortSignal,
  ): Promise<void> {
    const found = informer.get(key);
    if (found === undefined || found.metadata?.deletionTimestamp !== undefined) return;
    if (controllerOf(found)?.uid !== owner.metadata?.uid) return;
    await this.#client.delete(informer.resource, key, { uid: found.metadata?.uid, signal });
  }

  #isSettled(wanted: KubeObject, found: KubeObject): boolean {
    return this.#settled.get(idOf(wanted)) === settledText(wanted, found);
  }
}

/** The child with a digest of itself. */
function sealed<T extends KubeObject>(child: Child<T>): Child<T> {
  const digest = createHash('sha256').update(JSON.stringify(child)).digest('hex').slice(0, 16);
  const annotations = { ...child.metadata.annotations, [APPLIED_ANNOTATION]: digest };
  return { ...child, metadata: { ...child.metadata, annotations } };
}

function idOf({ kind, metadata }: KubeObject): string {
  return [kind, metadata?.namespace, metadata?.name].join('/');
}

function settledText(wanted: KubeObject, found: KubeObject): string {
  return JSON.stringify([wanted, bodyOf(found)]);
}

/** What of an object is written by applying it: not its version and not its status. */
function bodyOf(object: KubeObject): object {
  const { labels, annotations, ownerReferences } = object.metadata ?? {};
  const body = Object.entries(object).filter(([key]) => key !== 'metadata' && key !== 'status');
  return [labels, annotations, ownerReferences, body];
}
