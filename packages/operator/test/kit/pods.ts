import type { ServedVersion, Serving } from '@face-comparison/contract';

import type { AnsweringPod } from '../../src/domain/pod.js';

/** What a pod says of a version: ready, comparable, nothing done yet, unless said otherwise. */
export function report(version: string, more: Partial<ServedVersion> = {}): ServedVersion {
  return {
    version,
    state: 'ready',
    embeddingSpace: 'aaaaaaaaaaaaaaaa',
    model: { name: 'm', sizeBytes: 1, vectorLength: 4, comparableWith: [] },
    parity: 1,
    measured: true,
    comparable: true,
    lanes: 1,
    requests: 0,
    errors: 0,
    latency: { count: 0, sumMs: 0, p50Ms: null, p95Ms: null, p99Ms: null },
    ...more,
  };
}

/** A pod in service that answers. */
export function answering(
  name: string,
  serving: Partial<Serving> = {},
  more: Partial<AnsweringPod> = {},
): AnsweringPod {
  return {
    name,
    uid: name,
    ready: true,
    ending: false,
    serving: {
      startedAt: '2026-01-01T00:00:00.000Z',
      now: '2026-01-01T00:00:00.000Z',
      generation: 1,
      default: 'old',
      versions: [],
      ...serving,
    },
    ...more,
  };
}
