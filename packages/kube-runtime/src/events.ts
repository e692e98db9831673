import type { KubeClient } from './client/client.js';
import type { Clock } from './clock.js';
import type { Logger } from './logger.js';
import type { KubeObject } from './objects.js';

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly related?: KubeObject;
}

export interface EventRecorderOptions {
  readonly client: KubeClient;
  readonly controller: string;
  readonly instance?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
}

export declare class EventRecorder {
  constructor(options: EventRecorderOptions);
  record(regarding: KubeObject, event: EventNote): void;
  flush(): Promise<void>;
}
