import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpSender } from './http.js';

/** A process that answers HTTP on this machine and that this program started. */
export interface ManagedProcess {
  readonly pid: number;
  readonly baseUrl: string;
  /** From spawning the process to its first "ready". */
  readonly readyMs: number;
  /** SIGTERM, then SIGKILL for what is left after the grace period; resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface SpawnOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly baseUrl: string;
  /** Answers 200 once the process can serve. */
  readonly readyPath: string;
  readonly readyTimeoutMs: number;
}

const STOP_GRACE_MS = 300_000;
const KEPT_OUTPUT_CHARS = 4000;

/**
 * Starts a process and waits until it is ready.
 *
 * @throws Error with the last lines of its output when it ends or is not ready in time
 */
export async function startProcess(options: SpawnOptions): Promise<ManagedProcess> {
  const started = performance.now();
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const remember = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT_CHARS);
  };
  child.stdout.on('data', remember);
  child.stderr.on('data', remember);
  let failure: string | undefined;
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code, signal) => (failure ??= `it ended with ${signal ?? code ?? 'no code'}`));

  const send = createHttpSender('one-request');
  const url = new URL(options.readyPath, options.baseUrl).href;
  for (;;) {
    const status = await send({ method: 'GET', url, timeoutMs: 30_000 }).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (failure !== undefined) throw new Error(`${options.name} did not start: ${failure}\n${output}`);
    const readyMs = performance.now() - started;
    if (status === 200 && child.pid !== undefined) {
      return { pid: child.pid, baseUrl: options.baseUrl, readyMs, stop: () => stop(child) };
    }
    if (readyMs > options.readyTimeoutMs) {
      await stop(child);
      throw new Error(
        `${options.name} was not ready after ${options.readyTimeoutMs} ms (last status ${status ?? 'none'})\n${output}`,
      );
    }
    await sleep(10);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await ended;
  clearTimeout(killer);
}

/** A port that nothing listens on right now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** Where the build puts the server, seen from the root of the repository. */
const SERVER_PROGRAM = 'packages/server/dist/main.js';

export interface ServerOptions {
  readonly lanes: number;
  /** Further flags of the server program. */
  readonly extraArgs?: readonly string[];
  readonly readyTimeoutMs?: number;
}

export interface ManagedServer extends ManagedProcess {
  readonly metricsUrl: string;
}

/**
 * Starts the built server of this repository on free ports; the working directory must be the root of the repository.
 *
 * @throws Error when it is not built or does not get ready
 */
export async function startServer(options: ServerOptions): Promise<ManagedServer> {
  await access(SERVER_PROGRAM).catch((cause: unknown) => {
    throw new Error(`${SERVER_PROGRAM} is missing: run "npm run build" at the root of the repository first`, { cause });
  });
  const port = await findFreePort();
  const metricsPort = await findFreePort();
  const server = await startProcess({
    name: 'the server',
    command: process.execPath,
    args: [
      '--max-semi-space-size=2', // as its image has it
      SERVER_PROGRAM,
      ...['--host', '127.0.0.1', '--port', String(port), '--metrics-port', String(metricsPort)],
      ...['--lanes', String(options.lanes)],
      ...(options.extraArgs ?? []),
    ],
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: '/v2/health/ready',
    readyTimeoutMs: options.readyTimeoutMs ?? 600_000,
  });
  return { ...server, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics` };
}
