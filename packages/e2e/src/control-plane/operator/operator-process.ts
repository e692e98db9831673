import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../cluster/scripts.js';
import { kubeconfigOf, type Credentials } from '../kube/credentials.js';
import { measureTree } from '../../service/processes.js';
import { findFreePort } from '../../service/managed-server.js';
import { LIMIT_MS, until } from '../../waiting/until.js';
import { metricSum } from './metric-sum.js';

/** Where the build puts the operator. */
const OPERATOR_PROGRAM = join(REPOSITORY, 'packages/operator/dist/main.js');

/** The image that the operator gives to new FaceComparisons. */
export const SERVER_IMAGE = 'facecompare.local/server:dev';

const KEPT_OUTPUT_CHARS = 20_000;
/** Ends an operator that hangs after SIGTERM. */
const STOPPED_MS = 300_000;

export interface OperatorOptions {
  readonly credentials: Credentials;
  /** Empty for all. */
  readonly namespaces?: readonly string[];
  readonly serverImage?: string;
  /** Where the lease is, when a leader is to be elected. */
  readonly leaseNamespace?: string;
  readonly pollMs?: number;
  readonly extraArgs?: readonly string[];
}

/** The operator as its image runs it, as a child of this process. */
export class OperatorProcess {
  static readonly #running = new Set<OperatorProcess>();
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #healthPort: number;
  readonly #metricsPort: number;
  #output = '';
  #ended = false;

  private constructor(child: ChildProcess, folder: string, healthPort: number, metricsPort: number) {
    this.#child = child;
    this.#folder = folder;
    this.#healthPort = healthPort;
    this.#metricsPort = metricsPort;
    const remember = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString('utf8')).slice(-KEPT_OUTPUT_CHARS);
    };
    child.stdout?.on('data', remember);
    child.stderr?.on('data', remember);
    OperatorProcess.#running.add(this);
    const end = (): void => {
      this.#ended = true;
      OperatorProcess.#running.delete(this);
    };
    child.on('exit', end);
    child.on('error', end);
  }

  /** For a run that is broken off. */
  static killAll(): void {
    for (const operator of OperatorProcess.#running) operator.kill();
  }

  /**
   * Starts the built operator; resolves once its process answers on its health port.
   * @throws Error with its last output when it ends instead
   */
  static async start(options: OperatorOptions): Promise<OperatorProcess> {
    await access(OPERATOR_PROGRAM).catch((cause: unknown) => {
      throw new Error(`${OPERATOR_PROGRAM} is missing: run "npm run build" at the root of the repository first`, {
        cause,
      });
    });
    const folder = await mkdtemp(join(tmpdir(), 'operator-'));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(options.credentials), { mode: 0o600 });
    const [healthPort, metricsPort] = [await newPort(), await newPort()];
    const { namespaces = [], serverImage = SERVER_IMAGE, leaseNamespace, pollMs = 200, extraArgs = [] } = options;
    const flags = [
      ...(namespaces.length === 0 ? [] : ['--namespaces', namespaces.join(',')]),
      ...['--server-image', serverImage],
      ...['--leader-elect', leaseNamespace === undefined ? 'off' : 'on'],
      ...(leaseNamespace === undefined ? [] : ['--lease-namespace', leaseNamespace]),
      ...['--operator-namespace', 'operator'],
      ...['--host', '127.0.0.1', '--health-port', String(healthPort), '--metrics-port', String(metricsPort)],
      ...['--poll', `${pollMs}ms`, '--cache-dir', join(folder, 'cache')],
      ...extraArgs,
    ];
    const child = spawn(process.execPath, [OPERATOR_PROGRAM, ...flags], {
      env: { ...process.env, KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const operator = new OperatorProcess(child, folder, healthPort, metricsPort);
    await until('the operator answers on its health port', () => operator.#isHealthy(), {
      describe: () => operator.output,
    });
    return operator;
  }

  /** Its latest lines. */
  get output(): string {
    return this.#output;
  }

  /** How it ended, when it should not have; undefined while it runs. */
  get obituary(): string | undefined {
    if (!this.#ended) return undefined;
    const { signalCode, exitCode } = this.#child;
    return `the operator ended with ${signalCode ?? `status ${exitCode ?? 'unknown'}`}:\n${this.#output}`;
  }

  /** SIGKILL: it gets no chance to do anything more. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** SIGTERM; resolves with its exit status, which is null when it had to be killed. */
  async stop(): Promise<number | null> {
    if (!this.#ended) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const killer = setTimeout(() => this.kill(), STOPPED_MS);
      await ended;
      clearTimeout(killer);
    }
    await rm(this.#folder, { recursive: true, force: true });
    return this.#child.exitCode;
  }

  /** Resolves when the process is gone. */
  async ended(): Promise<void> {
    if (!this.#ended) await once(this.#child, 'exit');
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Memory and processor time so far; Linux only. */
  async use(): Promise<{ readonly rssBytes: number; readonly cpuMs: number }> {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the operator was not started');
    return { rssBytes: await residentBytes(pid), cpuMs: measureTree(pid).cpuMs };
  }

  /** Waits until it has looked at a number of FaceComparisons, the same one counted again each time. */
  async untilLooked(times: number, limitMs = LIMIT_MS): Promise<void> {
    const looks = async (): Promise<number> =>
      metricSum(await this.metrics().catch(() => ''), 'controller_runtime_reconcile_total', (labels) =>
        labels.includes('facecomparison'),
      );
    await until(`the operator has looked ${times} times`, async () => (await looks()) >= times, {
      limitMs,
      describe: () => this.output,
    });
  }

  /** The text of GET /metrics. */
  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)).text();
  }

  async #isHealthy(): Promise<boolean> {
    if (this.#ended) throw new Error(this.obituary);
    return fetch(`http://127.0.0.1:${this.#healthPort}/healthz`, { signal: AbortSignal.timeout(30_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

const portsGiven = new Set<number>();

/** A free port that no other operator was told: several start at once, and none of them has bound its own yet. */
async function newPort(): Promise<number> {
  for (;;) {
    const port = await findFreePort();
    if (portsGiven.has(port)) continue;
    portsGiven.add(port);
    return port;
  }
}

/** Resident memory as the kernel counts it, shared pages included, in bytes. */
async function residentBytes(pid: number): Promise<number> {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return 1024 * Number(kilobytes ?? Number.NaN);
}
