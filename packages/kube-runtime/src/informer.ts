import type { Clock } from './clock.js';
import type { KubeClient } from './client/client.js';
import type { Logger } from './logger.js';
import type { RuntimeMetrics } from './metrics.js';
import type { KubeObject, ObjectKey } from './objects.js';
import type { Resource } from './resource.js';

export interface InformerOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly resource: Resource<T>;
  /** One namespace; all of them if left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
  readonly transform?: (object: T) => T;
}

export interface InformerEvent<T> {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: T;
  readonly previous?: T;
}

export declare class Informer<T extends KubeObject> {
  constructor(options: InformerOptions<T>);
  readonly resource: Resource<T>;
  readonly synced: Promise<void>;
  get hasSynced(): boolean;
  run(signal: AbortSignal): Promise<void>;
  get(key: ObjectKey): T | undefined;
  list(filter?: { readonly namespace?: string }): T[];
  byOwner(uid: string): T[];
  onChange(listener: (event: InformerEvent<T>) => void): () => void;
  observe(written: T): void;
  isBehind(key: ObjectKey): boolean;
}
