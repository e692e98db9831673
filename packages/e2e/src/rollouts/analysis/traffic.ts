import { median, percentile } from '../../statistics/summary.js';
import type { DriverRecord } from '../driver/protocol.js';
import { isAnswer, outcomeOf, type Expected } from './outcome.js';

/** How long answers took, in milliseconds; of failures it says nothing. */
export interface Latency {
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** What one version answered. */
export interface VersionShare {
  readonly version: string;
  readonly requests: number;
  /** 0..1, of the requests that a version answered. */
  readonly requestShare: number;
  /** Clients to which it gave every answer that they got. */
  readonly clients: number;
  /** 0..1, of the clients that got an answer. */
  readonly clientShare: number;
}

/** Requests of one kind, and what came of them. */
export interface TrafficSummary {
  readonly requests: number;
  readonly failures: number;
  /** Failures by status and code, e.g. `503 overloaded` or `0 ECONNREFUSED`. */
  readonly failureCodes: Readonly<Record<string, number>>;
  /** Answers of 4xx that were expected. */
  readonly refused: number;
  /** In the order of their first answers. */
  readonly versions: readonly VersionShare[];
  /** Clients that got answers of more than one version. */
  readonly clientsOfSeveral: number;
  /** Undefined without answers. */
  readonly latency: Latency | undefined;
}

/** Counts what came of requests. Pass records of one route: a client of one means a pod or a version in another. */
export function summariseTraffic(records: readonly DriverRecord[], expected?: Expected): TrafficSummary {
  const failed = records.filter((record) => outcomeOf(record, expected) === 'failed');
  const answers = records.filter(isAnswer).sort((a, b) => a.receivedMs - b.receivedMs);
  const byClient = new Map<string, Set<string>>();
  for (const { who, version } of answers) byClient.set(who, (byClient.get(who) ?? new Set()).add(version));
  const seen = [...byClient.values()];
  const tookMs = answers.map(({ sentMs, receivedMs }) => receivedMs - sentMs);
  return {
    requests: records.length,
    failures: failed.length,
    failureCodes: count(failed.map(({ status, code = '' }) => `${status} ${code}`.trim())),
    refused: records.filter((record) => outcomeOf(record, expected) === 'refused').length,
    versions: Object.entries(count(answers.map(({ version }) => version))).map(([version, requests]) => {
      const clients = seen.filter((versions) => versions.size === 1 && versions.has(version)).length;
      return {
        version,
        requests,
        requestShare: requests / answers.length,
        clients,
        clientShare: clients / byClient.size,
      };
    }),
    clientsOfSeveral: seen.filter((versions) => versions.size > 1).length,
    latency: tookMs.length === 0 ? undefined : { medianMs: median(tookMs), p95Ms: percentile(tookMs, 0.95) },
  };
}

/** How often each occurs, in the order of first occurrence. */
function count(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
