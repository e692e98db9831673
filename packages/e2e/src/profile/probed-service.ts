import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, startProcess } from '../service/managed-server.js';
import { processTree } from '../service/processes.js';
import { PROBE_SIGNAL, PROBE_VARIABLE, type ProbeOptions, type Recording } from './recording.js';

const SERVER_PROGRAM = 'packages/server/dist/main.js';

/** How long the processes of the service may take to write what they recorded. */
const WRITE_TIMEOUT_MS = 300_000;

/** The time that a begin takes to be obeyed; nothing tells when it was. */
const BEGIN_MS = 300;

/** The built server with one lane, with the probe in both of its processes. */
export interface ProbedService {
  readonly baseUrl: string;
  /** Records what the processes do while something is done with them. */
  record(work: () => Promise<void>): Promise<{ readonly http: Recording; readonly lane: Recording }>;
  /** The profiles of onnxruntime, one for each session, in the order in which they were loaded. */
  operatorProfiles(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts it on free ports; the working directory must be the root of the repository. */
export async function startProbed(manifestPath: string, options: Omit<ProbeOptions, 'folder'>): Promise<ProbedService> {
  await access(SERVER_PROGRAM).catch((cause: unknown) => {
    throw new Error(`${SERVER_PROGRAM} is missing: run "npm run build" at the root of the repository first`, { cause });
  });
  const folder = await mkdtemp(join(tmpdir(), 'face-comparison-profile-'));
  const probe: ProbeOptions = { folder, ...options };
  const port = await findFreePort();
  const server = await startProcess({
    name: 'the server',
    command: process.execPath,
    args: [
      SERVER_PROGRAM,
      ...['--host', '127.0.0.1', '--port', String(port), '--metrics-port', String(await findFreePort())],
      ...['--lanes', '1', '--model', manifestPath],
    ],
    env: {
      NODE_OPTIONS: `--import=${new URL('./probe.js', import.meta.url).href}`,
      [PROBE_VARIABLE]: JSON.stringify(probe),
      // The probe loads onnxruntime before the engine does, which sets this.
      ORT_DISABLE_TELEMETRY: '1',
    },
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: '/v2/health/ready',
    readyTimeoutMs: 600_000,
  });
  const signal = (): void => {
    for (const pid of processTree(server.pid)) process.kill(pid, PROBE_SIGNAL);
  };
  const files = async (pattern: RegExp): Promise<string[]> =>
    (await readdir(folder))
      .filter((name) => pattern.test(name))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    baseUrl: server.baseUrl,
    async record(work) {
      const known = await files(/^\d+-\d+\.json$/);
      signal();
      await sleep(BEGIN_MS);
      await work();
      signal();
      const deadline = performance.now() + WRITE_TIMEOUT_MS;
      for (;;) {
        const written = (await files(/^\d+-\d+\.json$/)).filter((name) => !known.includes(name));
        if (written.length === 2) {
          const recordings = await Promise.all(
            written.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Recording),
          );
          const [http, lane] = (['http', 'lane'] as const).map((kind) =>
            recordings.find((one) => one.process === kind),
          );
          if (http !== undefined && lane !== undefined) return { http, lane };
        }
        if (performance.now() > deadline) {
          throw new Error(
            `expected a recording of the HTTP process and one of its lane within ${WRITE_TIMEOUT_MS} ms, got ${written.join(', ') || 'none'}`,
          );
        }
        await sleep(20);
      }
    },
    operatorProfiles: async () =>
      Promise.all((await files(/^operators-/)).map((name) => readFile(join(folder, name), 'utf8'))),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
