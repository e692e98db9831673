import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Cluster } from '../../cluster/index.js';
import { readSettings } from '../../cluster/scripts.js';

/** The API server answered, and not with what was asked for. */
export class KubeApiError extends Error {
  override readonly name = 'KubeApiError';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const TIMEOUT_MS = 300_000;

/**
 * The API of a cluster over `kubectl proxy`, for what is asked several times a second: a program for each question would
 * take more of two cores than what is measured. It goes on when the API server was away.
 */
export class KubeApi {
  readonly #proxy: ChildProcess;
  readonly #baseUrl: string;

  private constructor(proxy: ChildProcess, baseUrl: string) {
    this.#proxy = proxy;
    this.#baseUrl = baseUrl;
  }

  /** @throws Error when kubectl does not start */
  static async open({ isOurs, kubeconfig }: Cluster): Promise<KubeApi> {
    const kubectl = isOurs ? join((await readSettings()).programs, 'kubectl') : 'kubectl';
    const proxy = spawn(kubectl, ['proxy', '--port=0'], {
      env: { ...process.env, KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(proxy, 'exit').then(([code]) => {
      throw new Error(`kubectl proxy ended with status ${String(code)}`);
    });
    ended.catch(() => undefined); // it ends sooner or later; only the start waits for it
    const [line] = (await Promise.race([once(createInterface(proxy.stdout), 'line'), ended])) as [string];
    const address = /127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (address === undefined) throw new Error(`kubectl proxy should say where it listens, got "${line}"`);
    return new KubeApi(proxy, `http://${address}`);
  }

  close(): void {
    this.#proxy.kill();
  }

  /** @throws KubeApiError for any status but 2xx; TypeError when there is no answer */
  get(path: string): Promise<unknown> {
    return this.#ask('GET', path, undefined);
  }

  /** @throws as `get` */
  post(path: string, body: unknown): Promise<unknown> {
    return this.#ask('POST', path, JSON.stringify(body));
  }

  /**
   * Merges a change into an object (RFC 7396).
   * @throws as `get`
   */
  patch(path: string, change: unknown): Promise<unknown> {
    return this.#ask('PATCH', path, JSON.stringify(change), 'application/merge-patch+json');
  }

  async #ask(method: string, path: string, body: string | undefined, type = 'application/json'): Promise<unknown> {
    const response = await fetch(`${this.#baseUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'Content-Type': type } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new KubeApiError(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`, response.status);
    }
    return JSON.parse(text);
  }
}
