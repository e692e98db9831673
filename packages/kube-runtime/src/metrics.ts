import type { Registry } from 'prom-client';
export declare class RuntimeMetrics {
  constructor(registry?: Registry);
  readonly registry: Registry;
  answered(method: string, host: string, status: number | undefined): void;
}
