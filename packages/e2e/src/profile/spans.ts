import type { Manifest } from '@face-comparison/bundle';
import type { Moment, ProbeEvent, Recording } from './recording.js';
import { STAGE_OF_WORK, workOf, type Gap, type Stage, type Work } from './stages.js';

/** A request as its client saw it, in microseconds of the monotonic clock of the system. */
export interface SentRequest {
  readonly startUs: number;
  readonly endUs: number;
}

/** A part of a request. */
export interface Span {
  /** `receiving` and a gap of a lane's JavaScript are several stages, which samples tell apart. */
  readonly stage: Stage | 'receiving' | Gap;
  readonly process: 'http' | 'lane';
  readonly fromUs: number;
  readonly toUs: number;
  /** What the client waits for; 0 for what happens beside it or after its answer. */
  readonly wallUs: number;
  readonly cpuUs: number;
}

/**
 * Takes requests apart that were sent one after another. Each instant of a request belongs to one span, and all CPU time of both
 * processes from one request to the next belongs to one.
 *
 * @returns the spans of each request but the first and the last, whose neighbours are not known
 * @throws Error when a process did not do what each request makes it do
 */
export function spansOf(
  requests: readonly SentRequest[],
  recordings: { readonly http: Recording; readonly lane: Recording },
  manifest: Manifest,
): Span[][] {
  const http = withoutPieces(recordings.http);
  const lane = withoutPieces(recordings.lane);
  return requests.slice(1, -1).map((request, i) => {
    const endUs = requests[i + 2]?.startUs ?? Infinity;
    const within = (events: readonly ProbeEvent[]): ProbeEvent[] =>
      events.filter(({ atUs }) => atUs >= request.startUs && atUs < endUs);
    const last = (events: readonly ProbeEvent[]): ProbeEvent =>
      found(
        events.findLast(({ atUs }) => atUs < request.startUs),
        'anything before the request',
      );
    return spansOfOne(
      request,
      { http: within(http), lane: within(lane) },
      { http: last(http), lane: last(lane) },
      manifest,
    );
  });
}

/** Without the second and later writes of a message, which belong to what follows the first. */
function withoutPieces({ events }: Recording): ProbeEvent[] {
  return events.filter(({ moment }, i) => moment !== 'pipe-write' || events[i - 1]?.moment !== moment);
}

function spansOfOne(
  request: SentRequest,
  { http, lane }: { readonly http: readonly ProbeEvent[]; readonly lane: readonly ProbeEvent[] },
  previous: { readonly http: ProbeEvent; readonly lane: ProbeEvent },
  manifest: Manifest,
): Span[] {
  const first = (events: readonly ProbeEvent[], moment: Moment): ProbeEvent =>
    found(
      events.find((event) => event.moment === moment),
      moment,
    );
  const lastOf = (events: readonly ProbeEvent[], moment: Moment): ProbeEvent =>
    found(
      events.findLast((event) => event.moment === moment),
      moment,
    );
  const came = first(http, 'request');
  const written = first(http, 'pipe-write');
  const returned = lastOf(http, 'pipe-read');
  const answered = lastOf(http, 'answered');
  const reached = first(lane, 'pipe-read');
  const read = lastOf(lane, 'pipe-read');
  const replied = first(lane, 'pipe-write');

  const span = (
    stage: Span['stage'],
    process: Span['process'],
    from: ProbeEvent,
    to: ProbeEvent,
    wallUs?: number,
  ): Span => ({
    stage,
    process,
    fromUs: from.atUs,
    toUs: to.atUs,
    wallUs: wallUs ?? to.atUs - from.atUs,
    cpuUs: to.cpuUs - from.cpuUs,
  });
  const there = read.atUs - written.atUs;
  const back = returned.atUs - replied.atUs;
  return [
    span('after the answer', 'http', previous.http, came, 0),
    span('receiving', 'http', came, written, written.atUs - request.startUs),
    span('to the lane and back', 'http', written, returned, there + back),
    span('HTTP: send', 'http', returned, answered, request.endUs - returned.atUs),
    span('after the answer', 'lane', previous.lane, reached, 0),
    span('to the lane and back', 'lane', reached, read, 0),
    ...laneSpans(
      lane.filter(({ atUs }) => atUs >= read.atUs && atUs <= replied.atUs),
      span,
      manifest,
    ),
  ];
}

/** Native code of a lane and the JavaScript in between. */
function laneSpans(
  events: readonly ProbeEvent[],
  span: (stage: Span['stage'], process: 'lane', from: ProbeEvent, to: ProbeEvent) => Span,
  manifest: Manifest,
): Span[] {
  const isNative = ({ moment }: ProbeEvent): boolean => moment === 'image-start' || moment === 'run-start';
  const work = (event: ProbeEvent): Work | undefined =>
    event.image === undefined && event.run === undefined ? undefined : workOf(event, manifest);
  return events.slice(1).map((to, i) => {
    const from = found(events[i], 'an event');
    return isNative(from)
      ? span(STAGE_OF_WORK[workOf(from, manifest)], 'lane', from, to)
      : span({ after: work(from), before: work(to) }, 'lane', from, to);
  });
}

function found(event: ProbeEvent | undefined, what: string): ProbeEvent {
  if (event === undefined) throw new Error(`the service was expected to note "${what}" in each request, and did not`);
  return event;
}
