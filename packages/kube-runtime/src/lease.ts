import type { KubeClient } from './client/client.js';
import type { Clock } from './clock.js';
import type { Logger } from './logger.js';
import type { RuntimeMetrics } from './metrics.js';

export interface LeaderElectionOptions {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly leaseDurationMs?: number;
  readonly renewDeadlineMs?: number;
  readonly retryPeriodMs?: number;
}

export interface LeaderElectorOptions extends LeaderElectionOptions {
  readonly client: KubeClient;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: RuntimeMetrics;
}

export class LeadershipLostError extends Error {
  override readonly name = 'LeadershipLostError';
}

export declare class LeaderElector {
  constructor(options: LeaderElectorOptions);
  get isLeader(): boolean;
  run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void>;
}
