import { startServer } from './managed-server.js';

/** The service that a program measures. */
export interface Target {
  readonly baseUrl: string;
  readonly metricsUrl: string | undefined;
  /** Known when this program started the service or was told; needed to measure memory and CPU time. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** Flags that all programs share, for `parseArgs`. */
export const TARGET_FLAGS = {
  url: { type: 'string', default: 'http://127.0.0.1:8080' },
  'metrics-url': { type: 'string', default: 'http://127.0.0.1:9090/metrics' },
  pid: { type: 'string' },
  start: { type: 'boolean', default: false },
  lanes: { type: 'string', default: '2' },
} as const;

/** What `--help` says about them. */
export const TARGET_USAGE = `  --url URL            the running service (default http://127.0.0.1:8080)
  --metrics-url URL    its metrics (default http://127.0.0.1:9090/metrics)
  --pid N              its process, to measure memory and CPU time
  --start              start the built server of this repository instead, on free ports
  --lanes N            lanes of the server that --start starts (default 2)`;

export interface TargetFlags {
  readonly url: string;
  readonly 'metrics-url': string;
  readonly pid?: string | undefined;
  readonly start: boolean;
  readonly lanes: string;
}

/**
 * The service to measure: started, or the one at the given address.
 *
 * @param extraArgs further flags for a server that is started
 */
export async function openTarget(flags: TargetFlags, extraArgs: readonly string[] = []): Promise<Target> {
  if (!flags.start) {
    return {
      baseUrl: flags.url,
      metricsUrl: flags['metrics-url'],
      pid: flags.pid === undefined ? undefined : Number(flags.pid),
      close: () => Promise.resolve(),
    };
  }
  const server = await startServer({ lanes: Number(flags.lanes), extraArgs });
  console.log(`started the server at ${server.baseUrl}, ready after ${Math.round(server.readyMs)} ms`);
  return { baseUrl: server.baseUrl, metricsUrl: server.metricsUrl, pid: server.pid, close: () => server.stop() };
}
