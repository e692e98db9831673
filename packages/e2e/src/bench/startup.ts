import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type ManagedServer } from '../service/managed-server.js';
import { canMeasureProcesses, measureTree } from '../service/processes.js';
import { median } from '../statistics/summary.js';
import type { Accelerator } from './contenders.js';

/** Time from starting the process to its first "ready". */
export interface Startup {
  /** With an empty cache directory: the memory-mapped form of the model is made on the way. */
  readonly coldMs: number;
  /** With the cache that the cold start left, the median of the starts. */
  readonly warmMs: number;
  /** CPU time of a warm start over all processes, which other work on the machine distorts less; Linux only. */
  readonly warmCpuMs: number | undefined;
}

export interface MeasuredServer {
  readonly server: ManagedServer;
  readonly startup: Startup;
  /** Stops the server and removes its cache. */
  close(): Promise<void>;
}

/** How the service is started for measuring. */
export interface ServerSetting {
  readonly lanes: number;
  readonly accelerator: Accelerator;
  /** What it serves: `--model` with a manifest or `--plan` with a serving plan. */
  readonly model: readonly ['--model' | '--plan', string];
}

/** Flags for measuring: no request may fail for lack of time on a slow machine, and no log line may cost time. */
export const MEASURING_ARGS = ['--deadline', '5m', '--log-level', 'warn'] as const;

/** Starts the server for measuring. */
export function startForMeasuring(setting: ServerSetting, cacheDir: string): Promise<ManagedServer> {
  return startServer({
    lanes: setting.lanes,
    extraArgs: [
      ...MEASURING_ARGS,
      ...['--cache-dir', cacheDir, '--accelerator', setting.accelerator],
      ...setting.model,
    ],
  });
}

/** A folder of its own for the memory-mapped forms of models. */
export function makeCacheDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'face-comparison-bench-'));
}

/** Starts the server once cold and some times warm, and leaves the last one running. */
export async function startMeasured(setting: ServerSetting, warmStarts: number): Promise<MeasuredServer> {
  const cacheDir = await makeCacheDir();
  const start = (): Promise<ManagedServer> => startForMeasuring(setting, cacheDir);
  const cold = await start();
  await cold.stop();
  const readyMs: number[] = [];
  const cpuMs: number[] = [];
  let server: ManagedServer | undefined;
  for (let i = 0; i < warmStarts; i++) {
    await server?.stop();
    server = await start();
    readyMs.push(server.readyMs);
    if (canMeasureProcesses()) cpuMs.push(measureTree(server.pid).cpuMs);
  }
  if (server === undefined) throw new RangeError(`warmStarts must be at least 1, got ${warmStarts}`);
  const running = server;
  return {
    server: running,
    startup: { coldMs: cold.readyMs, warmMs: median(readyMs), warmCpuMs: cpuMs.length > 0 ? median(cpuMs) : undefined },
    close: async () => {
      await running.stop();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}
