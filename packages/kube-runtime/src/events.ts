import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { V1ObjectReference } from '@kubernetes/client-node';
import type { KubeClient } from './client/client.js';
import { systemClock, type Clock } from './clock.js';
import { deferred } from './deferred.js';
import { isAlreadyExists, isNotFound, isTransient } from './errors.js';
import { silentLogger, type Logger } from './logger.js';
import type { KubeObject } from './objects.js';
import { resources, type Event } from './resources.js';
import { microTime, type Wire } from './wire.js';

/** What happened to an object. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** Why, as one CamelCase word: `RolloutRejected`. */
  readonly reason: string;
  /** What was done about it, as one word: `RollBack`. */
  readonly action: string;
  /** A sentence for people; cut at 1024 bytes. */
  readonly note: string;
  /** Another object that has to do with it. */
  readonly related?: KubeObject;
}

export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** `reportingController`, a qualified name: `example.dev/widget-controller`. */
  readonly controller: string;
  /** `reportingInstance`: which process of it. Default: the host's name */
  readonly instance?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** An event repeated within this time is counted in a series and not made anew, in ms. As in client-go. */
const SERIES_MS = 6 * 60_000;
/** A series is written at most this often, in ms. */
const SERIES_WRITE_MS = 10_000;
/** Events kept for series, and events that wait to be sent. */
const MAX_KEPT = 1_000;
const ATTEMPTS = 5;
const RETRY_MS = 500;
/** Limits of events.k8s.io/v1: characters of reason and action, bytes of a note, characters of a name. */
const MAX_WORD = 128;
const MAX_NOTE_BYTES = 1_024;
const MAX_NAME = 253;

interface Series {
  readonly key: string;
  readonly event: NamedEvent;
  /** How often it happened, the first time too. */
  count: number;
  lastAt: number;
  /** The count that was written last. */
  written: number;
  cancel: (() => void) | undefined;
}

type NamedEvent = Event & { readonly metadata: { readonly namespace: string; readonly name: string } };

/**
 * Writes events (events.k8s.io/v1). Never fails and never waits: an event that cannot be written is logged and dropped.
 * The same event again within six minutes becomes a series.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #series = new Map<string, Series>();
  /** One write after the other, so that events keep their order. */
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
  }

  /** Notes that something happened to `regarding`. */
  record(regarding: KubeObject, event: EventNote): void {
    try {
      this.#record(regarding, event);
    } catch (err) {
      this.#log.warn({ err, reason: event.reason }, 'an event could not be made');
    }
  }

  /**
   * Writes what waits, series too. For the end of a process: `limitMs` bounds it, since no event is worth a late hand-over.
   *
   * @param limitMs how long to wait for the writes. @default 3_000
   */
  async flush(limitMs = 3_000): Promise<void> {
    for (const series of this.#series.values()) this.#writeSeries(series);
    const { promise: tooLate, resolve } = deferred<undefined>();
    const cancel = this.#clock.schedule(limitMs, () => resolve(undefined));
    await Promise.race([this.#tail, tooLate]);
    cancel();
  }

  #record(regarding: KubeObject, note: EventNote): void {
    const now = this.#clock.monotonic();
    const key = JSON.stringify([
      referenceTo(regarding),
      note.type,
      note.reason,
      note.action,
      note.note,
      note.related?.metadata?.uid,
    ]);
    const known = this.#series.get(key);
    // Put last again: what is first was used longest ago.
    this.#series.delete(key);
    if (known && now - known.lastAt < SERIES_MS) {
      this.#series.set(key, known);
      known.count++;
      known.lastAt = now;
      known.cancel ??= this.#clock.schedule(SERIES_WRITE_MS, () => this.#writeSeries(known));
      return;
    }
    known?.cancel?.();
    const event = this.#eventOf(regarding, note);
    const series = { key, event, count: 1, lastAt: now, written: 1, cancel: undefined };
    this.#series.set(key, series);
    this.#forgetOldest();
    this.#send(series, () => this.#options.client.create(resources.events, event));
  }

  #writeSeries(series: Series): void {
    series.cancel?.();
    series.cancel = undefined;
    if (series.written === series.count) return;
    series.written = series.count;
    const { namespace, name } = series.event.metadata;
    const lastObservedTime = microTime(this.#clock.now() - (this.#clock.monotonic() - series.lastAt));
    const patch = { series: { count: series.count, lastObservedTime } };
    this.#send(series, () => this.#options.client.patch(resources.events, { namespace, name }, patch));
  }

  #send(series: Series, write: () => Promise<Event>): void {
    const fields = { reason: series.event.reason, regarding: series.event.regarding?.name };
    if (this.#waiting >= MAX_KEPT) {
      this.#log.warn(fields, 'too many events wait to be written; dropped one');
      return;
    }
    this.#waiting++;
    this.#tail = this.#tail.then(async () => {
      try {
        await this.#withRetries(write);
      } catch (err) {
        // An event lives for an hour; the next repetition starts a new one.
        if (isNotFound(err)) this.#series.delete(series.key);
        this.#log.warn({ ...fields, err }, 'an event could not be written');
      } finally {
        this.#waiting--;
      }
    });
  }

  async #withRetries(write: () => Promise<Event>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        // It was there after all: the answer of an earlier attempt was lost.
        if (attempt > 1 && isAlreadyExists(error)) return;
        if (!isTransient(error) || attempt === ATTEMPTS) throw error;
        await this.#clock.sleep(error.retryAfterMs ?? RETRY_MS * attempt);
      }
    }
  }

  #forgetOldest(): void {
    for (const [key, series] of this.#series) {
      if (this.#series.size <= MAX_KEPT && this.#clock.monotonic() - series.lastAt < SERIES_MS) return;
      this.#writeSeries(series);
      this.#series.delete(key);
    }
  }

  #eventOf(regarding: KubeObject, note: EventNote): NamedEvent {
    const reference = referenceTo(regarding);
    const suffix = randomBytes(8).toString('hex');
    // Of an object without a namespace the server takes events in `default` only.
    const namespace = reference.namespace ?? 'default';
    return {
      metadata: { namespace, name: `${(reference.name ?? '').slice(0, MAX_NAME - suffix.length - 1)}.${suffix}` },
      eventTime: microTime(this.#clock.now()),
      type: note.type,
      reason: note.reason.slice(0, MAX_WORD),
      action: note.action.slice(0, MAX_WORD),
      note: cutBytes(note.note, MAX_NOTE_BYTES),
      regarding: reference,
      ...(note.related ? { related: referenceTo(note.related) } : {}),
      reportingController: this.#options.controller,
      reportingInstance: (this.#options.instance ?? hostname()).slice(0, MAX_WORD),
    };
  }
}

function referenceTo(object: KubeObject): Wire<V1ObjectReference> {
  const { apiVersion, kind, metadata: { namespace, name, uid } = {} } = object;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
  };
}

/** Cuts between characters, not inside one. */
function cutBytes(text: string, limit: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= limit) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, limit - 3), { stream: true })}…`;
}
