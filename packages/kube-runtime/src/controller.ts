import type { Clock } from './clock.js';
import type { Informer } from './informer.js';
import type { Logger } from './logger.js';
import type { RuntimeMetrics } from './metrics.js';
import type { KubeObject, ObjectKey } from './objects.js';

export interface ReconcileResult {
  readonly requeueAfterMs?: number | undefined;
}

/** Thrown by a reconcile for what no retry will change: the key waits for the next event. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

export interface Watch {
  readonly informer: Informer<KubeObject>;
  keys(object: KubeObject): ObjectKey[];
}

export interface ControllerOptions {
  readonly name: string;
  reconcile(key: ObjectKey, signal: AbortSignal): Promise<ReconcileResult | void>;
  readonly watches: readonly Watch[];
  readonly concurrency?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
  readonly reconcileTimeoutMs?: number;
}

export declare class Controller {
  constructor(options: ControllerOptions);
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
  enqueue(key: ObjectKey): void;
  enqueueAfter(key: ObjectKey, ms: number): void;
}
