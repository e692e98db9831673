// What the driver, in the cluster, and the scenarios, outside of it, say to each other. Types only: the driver is copied
// into a pod as a handful of files that need nothing but Node.

/** Who calls, by a key of its own. */
export interface DriverClient {
  readonly name: string;
  readonly key: string;
}

/** Clients that insist on a version, as those with stored vectors do. */
export interface Pin {
  readonly version: string;
  readonly client: DriverClient;
  readonly perSecond: number;
}

/** A pod that is asked directly, so that what each replica does is seen beside what the Service does. */
export interface PodTarget {
  readonly name: string;
  readonly url: string;
}

/** What the driver sends from now on; replaces what it sent before. */
export interface Traffic {
  /** e.g. http://10.97.12.5:80 */
  readonly serviceUrl: string;
  /** They take turns. */
  readonly clients: readonly DriverClient[];
  /** Requests to the Service, begun at this rate whether or not earlier ones have been answered. */
  readonly perSecond: number;
  readonly pins: readonly Pin[];
  readonly pods: readonly PodTarget[];
  readonly podClient: DriverClient;
  /** For each pod. */
  readonly podsPerSecond: number;
}

/** Where a request went, and on whose behalf. */
export type Route = 'service' | 'pin' | 'pod';

/** One request and what came of it. Times are milliseconds since 1970 by the driver's clock. */
export interface DriverRecord {
  /** Counts records from 1. */
  readonly n: number;
  readonly route: Route;
  /** Client for `service`, version for `pin`, pod for `pod`. */
  readonly who: string;
  readonly sentMs: number;
  readonly receivedMs: number;
  /** 0 when there was no answer. */
  readonly status: number;
  /** Of the problem document, or what the connection failed of. */
  readonly code?: string;
  readonly version?: string;
  readonly space?: string;
}

/** Answer of GET /records?after=N: records in order, as many as fit. */
export interface RecordsPage {
  readonly nowMs: number;
  /** When the driver began; another value says that it was restarted. */
  readonly startedMs: number;
  /** Records that were thrown away because nobody fetched them. */
  readonly lost: number;
  /** When the oldest request was sent that is not answered yet; all that were sent before it are among the records. */
  readonly unansweredSinceMs: number | null;
  readonly records: readonly DriverRecord[];
}

/** Answer of POST /capacity: how fast the service answers when each answer is followed by the next request. */
export interface Capacity {
  readonly perSecond: number;
  readonly medianMs: number;
}
