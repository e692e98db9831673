import type { KubeClient } from './client/client.js';
import type { Clock } from './clock.js';
import type { Controller } from './controller.js';
import type { Informer } from './informer.js';
import type { LeaderElectionOptions } from './lease.js';
import type { Logger } from './logger.js';
import type { RuntimeMetrics } from './metrics.js';
import type { KubeObject } from './objects.js';

export type HealthCheck = () => void | Promise<void>;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ManagerOptions {
  readonly client: KubeClient;
  readonly informers: readonly Informer<KubeObject>[];
  readonly controllers: readonly Controller[];
  readonly leaderElection?: LeaderElectionOptions | undefined;
  readonly health?: Address | undefined;
  readonly metricsServer?: Address | undefined;
  readonly healthChecks?: Readonly<Record<string, HealthCheck>>;
  readonly readyChecks?: Readonly<Record<string, HealthCheck>>;
  readonly shutdownGraceMs?: number;
  onStop?(): Promise<void>;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
}

export declare class Manager {
  constructor(options: ManagerOptions);
  run(signal?: AbortSignal): Promise<void>;
  get isLeader(): boolean;
  get healthAddress(): Address | undefined;
  get metricsAddress(): Address | undefined;
}
