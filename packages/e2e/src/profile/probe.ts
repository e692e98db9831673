/**
 * Loaded into the processes of the service before their own code (`node --import`), which stays as it is: notes when
 * requests, images and runs of graphs begin and end, and samples the JavaScript thread.
 */
import { subscribe } from 'node:diagnostics_channel';
import { rename, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import {
  PROBE_SIGNAL,
  PROBE_VARIABLE,
  type ImageWork,
  type Moment,
  type ProbeEvent,
  type ProbeOptions,
  type Recording,
} from './recording.js';

const options = JSON.parse(process.env[PROBE_VARIABLE] ?? '{}') as ProbeOptions;
const isLane = process.argv[1]?.endsWith('lane-process.js') === true;
const inspector = new Session();
let events: ProbeEvent[] | undefined;
let recordings = 0;

function note(moment: Moment, what: Pick<ProbeEvent, 'image' | 'run'> = {}): void {
  if (events === undefined) return;
  const { user, system } = process.cpuUsage();
  events.push({
    moment,
    ...what,
    atUs: Number(process.hrtime.bigint() / 1000n),
    cpuUs: user + system,
  });
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Replaces a method by one that calls it. */
function wrap(
  owner: object,
  method: string,
  wrapped: (call: () => unknown, self: unknown, args: unknown[]) => unknown,
) {
  const original = Reflect.get(owner, method) as Method;
  Reflect.set(owner, method, function (this: unknown, ...args: unknown[]) {
    return wrapped(() => original.apply(this, args), this, args);
  });
}

/** Notes when asynchronous work of native code begins and ends. */
async function noteBoth(what: Pick<ProbeEvent, 'image' | 'run'>, call: () => unknown): Promise<unknown> {
  const kind = what.image === undefined ? 'run' : 'image';
  note(`${kind}-start`, what);
  try {
    return await call();
  } finally {
    note(`${kind}-end`, what);
  }
}

/** The processes of the service talk over pipes; clients come over TCP. */
function isPipe(socket: unknown): boolean {
  const { _handle: handle } = socket as { readonly _handle?: object | null };
  return handle?.constructor.name === 'Pipe';
}

function watchPipes(): void {
  for (const [method, moment] of [
    ['write', 'pipe-write'],
    ['push', 'pipe-read'],
  ] as const) {
    wrap(Socket.prototype, method, (call, socket) => {
      if (isPipe(socket)) note(moment);
      return call();
    });
  }
}

const sessions: InferenceSession[] = [];

async function watchRuns(): Promise<void> {
  const { InferenceSession } = await import('onnxruntime-node');
  wrap(InferenceSession, 'create', async (call, _, args) => {
    if (options.operators) {
      const profileFilePrefix = join(options.folder, `operators-${sessions.length}`);
      args[1] = { ...(args[1] as InferenceSession.SessionOptions), enableProfiling: true, profileFilePrefix };
    }
    const session = (await call()) as InferenceSession;
    sessions.push(session);
    return session;
  });
  wrap(Reflect.get(InferenceSession, 'prototype') as object, 'run', (call, self, [feeds, outputs]) => {
    const [input] = Object.values(feeds as Record<string, { readonly dims: readonly number[] }>);
    const session = sessions.indexOf(self as InferenceSession);
    return noteBoth({ run: { session, outputs: outputs as string[], shape: input?.dims ?? [] } }, call);
  });
}

async function watchImages(): Promise<void> {
  const { default: sharp } = await import('sharp');
  const image = sharp.prototype as object;
  wrap(image, 'metadata', (call) => noteBoth({ image: 'header' }, call));
  wrap(image, 'toBuffer', (call, self) => noteBoth({ image: imageWork(self) }, call));
}

/** What libvips is about to do, told by the options that sharp gathers. */
function imageWork(image: unknown): ImageWork {
  const { input, widthPre } = (image as { readonly options: { input: { rawWidth?: number }; widthPre: number } })
    .options;
  if (input.rawWidth === undefined) return 'decode';
  return widthPre > 0 ? 'cut' : 'shrink';
}

async function begin(): Promise<void> {
  if (options.samplingUs !== undefined) {
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval: options.samplingUs });
    await inspector.post('Profiler.start');
  }
  events = [];
}

async function end(noted: readonly ProbeEvent[]): Promise<void> {
  events = undefined;
  const samples = options.samplingUs === undefined ? undefined : (await inspector.post('Profiler.stop')).profile;
  if (samples !== undefined) inspector.disconnect();
  if (options.operators) for (const session of sessions) session.endProfiling();
  const recording: Recording = {
    process: isLane ? 'lane' : 'http',
    events: noted,
    ...(samples === undefined ? {} : { samples }),
  };
  const path = join(options.folder, `${process.pid}-${recordings++}.json`);
  // Whole when it is seen.
  await writeFile(`${path}.tmp`, JSON.stringify(recording));
  await rename(`${path}.tmp`, path);
}

watchPipes();
if (isLane) {
  await watchRuns();
  await watchImages();
} else {
  subscribe('http.server.request.start', () => note('request'));
  subscribe('http.server.response.finish', () => note('answered'));
}
process.on(PROBE_SIGNAL, () => void (events === undefined ? begin() : end(events)));
