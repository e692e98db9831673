import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  FaceComparisonResponseSchema,
  CompareResponseSchema,
  ServingSchema,
  type FaceComparisonResponse,
  type CompareRequest,
  type CompareResponse,
  type Serving,
} from '@face-comparison/contract';
import { answerOf } from './answers.js';
import { ROOT } from './models.js';
import { alive, childrenOf } from './processes.js';
import { Secrets } from './secrets.js';
import { until } from './until.js';

const PROGRAM = join(ROOT, 'packages/server/dist/main.js');
/** Kept between runs, as a service keeps it: the memory-mapped forms of the models. */
export const CACHE_DIR = join(ROOT, 'packages/server/tmp/cache');

/**
 * Ports of its own for each server, no page that may be there or not, and no limit that a slow machine could exceed; flags win
 * over them.
 */
const DEFAULTS = {
  FACE_COMPARISON_PORT: '0',
  FACE_COMPARISON_METRICS_PORT: '0',
  FACE_COMPARISON_CACHE_DIR: CACHE_DIR,
  FACE_COMPARISON_WEB_DIR: 'none',
  FACE_COMPARISON_DEADLINE: '10m',
  FACE_COMPARISON_DRAIN: '10m',
  FACE_COMPARISON_RESULT_CACHE_TTL: '1h',
};

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const running = new Set<TestServer>();

/** The built server as a process of its own, on free ports. */
export class TestServer {
  readonly secrets = new Secrets();
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #hasEnded = false;
  #url = '';
  #metricsUrl = '';

  private constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { PATH: process.env['PATH'], ...DEFAULTS, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = once(this.#child, 'close').then(([code, signal]: unknown[]) => {
      this.#hasEnded = true;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  /** Starts a server and waits until it listens; it need not be ready then. */
  static async start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const server = new TestServer(args, env);
    running.add(server);
    const line = await until('the server listens', () =>
      server.#hasEnded ? 'ended' : server.lines.find(({ msg }) => msg === 'listening'),
    );
    if (line === 'ended') throw new Error(`the server ended: ${server.log}`);
    server.#url = `http://127.0.0.1:${Number(line['port'])}`;
    server.#metricsUrl = `http://127.0.0.1:${Number(line['metricsPort'])}`;
    return server;
  }

  /** Starts a server and waits until it is ready. */
  static async ready(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const server = await TestServer.start(args, env);
    await server.untilReady();
    return server;
  }

  /** Runs a server that is expected to end by itself. */
  static async run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended & { readonly stdout: string; readonly stderr: string }> {
    const server = new TestServer(args, env);
    running.add(server);
    const ended = await server.ended;
    running.delete(server);
    return { ...ended, stdout: server.#stdout, stderr: server.#stderr };
  }

  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the server could not be started');
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Everything it has written to standard output and standard error. */
  get log(): string {
    return this.#stdout + this.#stderr;
  }

  /** The lines of its log. */
  get lines(): LogLine[] {
    return this.#stdout
      .split('\n')
      .flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? (JSON.parse(line) as LogLine) : []));
  }

  async untilReady(): Promise<void> {
    const outcome = await until('the server is ready', async () => {
      if (this.#hasEnded) return 'ended';
      const response = await this.fetch('/v2/health/ready');
      if (response.status !== 200) throw new Error(`${await response.text()}\n${this.log}`);
      return 'ready';
    });
    if (outcome === 'ended') throw new Error(`the server ended: ${this.log}`);
  }

  /** Sends a request; what is secret of it is remembered. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const key = headers.get('x-api-key') ?? headers.get('authorization')?.replace(/^Bearer /, '');
    if (key !== undefined) this.secrets.addKey(key);
    this.secrets.addQuery(path.split('?')[1] ?? '');
    return fetch(this.#url + path, init);
  }

  /** Sends a photo as it is. */
  async postImage(
    image: Uint8Array,
    { query = '', type = 'image/jpeg', headers = {}, signal }: PostOptions = {},
  ): Promise<Response> {
    this.secrets.addImage(image);
    return this.fetch(`/face_comparison${query}`, {
      method: 'POST',
      headers: { 'Content-Type': type, ...headers },
      body: Buffer.from(image),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Sends JSON, or a text that is not. */
  async postJson(path: string, body: unknown, { query = '', headers = {} }: PostOptions = {}): Promise<Response> {
    noteSecrets(this.secrets, body);
    return this.fetch(`${path}${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Sends a form; the parts of it that are JSON are remembered. */
  async postForm(path: string, parts: Readonly<Record<string, Blob | string>>, query = ''): Promise<Response> {
    const form = new FormData();
    for (const [name, part] of Object.entries(parts)) {
      form.append(name, part);
      if (typeof part === 'string') continue;
      if (part.type === 'application/json') noteSecrets(this.secrets, JSON.parse(await part.text()));
      else this.secrets.addImage(new Uint8Array(await part.arrayBuffer()));
    }
    return this.fetch(`${path}${query}`, { method: 'POST', body: form });
  }

  /** The faces of a photo. */
  async analyze(image: Uint8Array, options: PostOptions = {}): Promise<FaceComparisonResponse> {
    return this.readFaces(await this.postImage(image, options));
  }

  /** Reads an answer of POST /face_comparison and remembers its vectors. */
  async readFaces(response: Response): Promise<FaceComparisonResponse> {
    const answer = await answerOf(response, FaceComparisonResponseSchema);
    for (const { face_hash } of answer.Faces) this.secrets.addVector(face_hash ?? []);
    return answer;
  }

  /** Compares two sides. */
  async compare(body: CompareRequest, options: PostOptions = {}): Promise<CompareResponse> {
    return answerOf(await this.postJson('/compare', body, options), CompareResponseSchema);
  }

  /** What the private port says of the versions. */
  async serving(): Promise<Serving> {
    return answerOf(await fetch(`${this.#metricsUrl}/serving`), ServingSchema);
  }

  /** What the private port says of one version. */
  async version(version: string): Promise<Serving['versions'][number] | undefined> {
    return (await this.serving()).versions.find((served) => served.version === version);
  }

  /** Waits until a version is ready and what it is worth has been measured. */
  async untilVersionReady(version: string): Promise<Serving['versions'][number]> {
    return until(`version ${version} is ready`, async () => {
      const served = await this.version(version);
      return served?.state === 'ready' ? served : undefined;
    });
  }

  /** The value of a metric; 0 where it has none yet. Of several series of a name, the first that has all the given labels. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const text = await (await fetch(`${this.#metricsUrl}/metrics`)).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const line = text
      .split('\n')
      .find(
        (row) =>
          (row.startsWith(`${name}{`) || row.startsWith(`${name} `)) && wanted.every((pair) => row.includes(pair)),
      );
    return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ') + 1));
  }

  /** The processes of its lanes. */
  lanes(): Promise<number[]> {
    return childrenOf(this.pid);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it as Kubernetes does, and checks what must hold of every server that ran in a test. */
  async stop(): Promise<Ended> {
    const lanes = this.#hasEnded ? [] : await this.lanes();
    this.signal('SIGTERM');
    const ended = await this.ended;
    running.delete(this);
    await until('its lanes have ended', async () => (await alive(lanes)).length === 0);
    expect(this.secrets.foundIn(this.log)).toEqual([]);
    return ended;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    running.delete(this);
    this.signal('SIGKILL');
    await this.ended;
  }
}

export interface PostOptions {
  /** `?name=value`. */
  readonly query?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Call after the tests of a file: ends whatever still runs and checks that all ended well. */
export async function stopServers(): Promise<void> {
  for (const server of [...running]) {
    const hadEnded = server.hasEnded;
    const ended = await server.stop();
    if (!hadEnded) expect(ended).toEqual({ code: 0, signal: null });
  }
}

function noteSecrets(secrets: Secrets, value: unknown): void {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'number')) secrets.addVector(value);
    else for (const item of value) noteSecrets(secrets, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'img' && typeof item === 'string')
        secrets.addImage(Buffer.from(item.replace(/^data:.*,/, ''), 'base64'));
      else if (key === 'url' && typeof item === 'string') secrets.addQuery(item.split('?')[1] ?? '');
      else noteSecrets(secrets, item);
    }
  }
}
