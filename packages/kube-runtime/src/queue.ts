import type { Clock } from './clock.js';

export interface QueueOptions {
  readonly clock?: Clock;
  readonly baseDelayMs?: number;
  readonly maxDelayMs?: number;
}

export declare class RateLimitedQueue<K extends string> {
  constructor(options?: QueueOptions);
  get length(): number;
  add(key: K): void;
  addAfter(key: K, ms: number): void;
  addRateLimited(key: K): number;
  forget(key: K): void;
  failures(key: K): number;
  take(signal?: AbortSignal): Promise<K | undefined>;
  done(key: K): void;
  shutDown(): void;
}
