import { setTimeout as sleep } from 'node:timers/promises';
import { composePhoto, type PhotoSpec } from '../bench/photos.js';
import { createHttpSender, type HttpSender } from '../service/http.js';
import { startProbed } from './probed-service.js';
import type { ProbeOptions, Recording } from './recording.js';
import type { SentRequest } from './spans.js';

/** What answers say of their time in Server-Timing, in milliseconds by metric. */
export type ServerTiming = Readonly<Record<string, number>>;

export interface MeasuredRequest extends SentRequest {
  readonly serverTiming: ServerTiming;
}

/** Requests of several photos, one after another, to one service. */
export interface Pass {
  /** For each photo. */
  readonly requests: readonly (readonly MeasuredRequest[])[];
  readonly recordings: { readonly http: Recording; readonly lane: Recording };
  readonly operatorProfiles: readonly string[];
}

/** Compilers and caches are warm after so many requests; those with many faces do the same many times. */
const warmUpRequests = ({ faces }: PhotoSpec): number => (faces === 1 ? 10 : 3);

/** Between two requests, so that what a process does after its answer is not in the way of the next. */
const PAUSE_MS = 20;

const REQUEST_TIMEOUT_MS = 300_000;

/**
 * Starts the service, sends photos to it and takes it down.
 *
 * @param count how many requests of a photo; two more are sent, since those at the ends have no neighbours
 * @throws Error when a photo is not answered with 200
 */
export async function measurePass(
  manifestPath: string,
  photos: readonly PhotoSpec[],
  count: (photo: PhotoSpec) => number,
  probe: Omit<ProbeOptions, 'folder'>,
  onPhoto: () => void,
): Promise<Pass> {
  const bodies = await Promise.all(
    photos.map(async (photo) => Buffer.from(JSON.stringify({ img: (await composePhoto(photo)).toString('base64') }))),
  );
  const service = await startProbed(manifestPath, probe);
  try {
    const send = createHttpSender('keep-alive');
    const askFor = (photo: number): Promise<MeasuredRequest> =>
      ask(send, service.baseUrl, bodies[photo] ?? Buffer.alloc(0));
    for (const [i, photo] of photos.entries()) for (let n = 0; n < warmUpRequests(photo); n++) await askFor(i);
    const requests: MeasuredRequest[][] = [];
    const recordings = await service.record(async () => {
      for (const [i, photo] of photos.entries()) {
        const ofPhoto: MeasuredRequest[] = [];
        for (let sent = 0; sent < count(photo) + 2; sent++) {
          ofPhoto.push(await askFor(i));
        }
        requests.push(ofPhoto);
        onPhoto();
      }
    });
    return { requests, recordings, operatorProfiles: await service.operatorProfiles() };
  } finally {
    await service.stop();
  }
}

async function ask(send: HttpSender, baseUrl: string, body: Buffer): Promise<MeasuredRequest> {
  const startUs = nowUs();
  const answer = await send({
    method: 'POST',
    url: `${baseUrl}/face_comparison`,
    headers: { 'Content-Type': 'application/json' },
    body,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
  const endUs = nowUs();
  if (answer.status !== 200) {
    throw new Error(`expected 200, got ${answer.status}: ${answer.body.toString('utf8').slice(0, 300)}`);
  }
  await sleep(PAUSE_MS);
  return { startUs, endUs, serverTiming: parseServerTiming(answer.headers['server-timing'] ?? '') };
}

/** The clock that the probe reads. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** `decode;dur=1.5, embed;dur=20` */
export function parseServerTiming(header: string): ServerTiming {
  return Object.fromEntries(
    [...header.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(([, metric = '', ms]) => [metric, Number(ms)]),
  );
}
