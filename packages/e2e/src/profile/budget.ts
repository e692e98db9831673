import { mean, median } from '../statistics/summary.js';
import type { Sample } from './samples.js';
import type { SentRequest, Span } from './spans.js';
import { STAGES, type Stage } from './stages.js';

/** Milliseconds of a request. */
export interface Cost {
  /** What its client waits for. */
  readonly wallMs: number;
  /** CPU time of both processes. */
  readonly cpuMs: number;
}

/** Where the time of a kind of request goes. */
export interface Budget {
  readonly requests: number;
  /** Medians over the requests; stages that do not occur are left out. */
  readonly stages: ReadonlyMap<Stage, Cost>;
  /** Medians over the requests of what its client waited and of the CPU time from one request to the next. */
  readonly total: Cost;
  /** A garbage collection that comes with few requests is seen in a mean only. */
  readonly meanCpuMs: number;
}

/**
 * Adds up the spans of requests by stage.
 *
 * @param requests those that the spans are of
 * @param samples of other requests of the same kind: they tell how JavaScript divides among stages
 */
export function budgetOf(
  requests: readonly SentRequest[],
  spans: readonly (readonly Span[])[],
  samples: ReadonlyMap<Stage, readonly Sample[]>,
): Budget {
  const shares = {
    receiving: sharesOf(RECEIVING, 'HTTP: receive', samples),
    gap: sharesOf(JAVASCRIPT, 'other JavaScript', samples),
  };
  const costs = spans.map((ofOne) => {
    const sums = new Map<Stage, Cost>();
    const add = (stage: Stage, { wallUs, cpuUs }: Span, share = 1): void => {
      const { wallMs, cpuMs } = sums.get(stage) ?? { wallMs: 0, cpuMs: 0 };
      sums.set(stage, { wallMs: wallMs + (share * wallUs) / 1000, cpuMs: cpuMs + (share * cpuUs) / 1000 });
    };
    for (const span of ofOne) {
      if (span.stage === 'receiving') for (const [stage, share] of shares.receiving) add(stage, span, share);
      else if (typeof span.stage === 'object') for (const [stage, share] of shares.gap) add(stage, span, share);
      else add(span.stage, span);
    }
    return sums;
  });
  const cpuMs = spans.map((ofOne) => ofOne.reduce((sum, { cpuUs }) => sum + cpuUs / 1000, 0));
  return {
    requests: spans.length,
    stages: new Map(
      STAGES.filter((stage) => costs.some((cost) => cost.has(stage))).map((stage) => [
        stage,
        {
          wallMs: median(costs.map((cost) => cost.get(stage)?.wallMs ?? 0)),
          cpuMs: median(costs.map((cost) => cost.get(stage)?.cpuMs ?? 0)),
        },
      ]),
    ),
    total: { wallMs: median(requests.map(({ startUs, endUs }) => (endUs - startUs) / 1000)), cpuMs: median(cpuMs) },
    meanCpuMs: mean(cpuMs),
  };
}

const RECEIVING: readonly Stage[] = ['HTTP: receive', 'HTTP: parse JSON', 'HTTP: decode base64'];

/** What a lane's JavaScript does between native code. */
const JAVASCRIPT: readonly Stage[] = [
  'photo: open',
  'detector: input',
  'detector: outputs to faces',
  'alignment',
  'second look: input, outputs',
  'heads: input, outputs',
  'answer: vectors to JSON',
  'garbage collection',
  'other JavaScript',
];

/** How the time of samples divides among stages, in shares of all of it; without samples all is of the stage `unknown`. */
function sharesOf(
  stages: readonly Stage[],
  unknown: Stage,
  samples: ReadonlyMap<Stage, readonly Sample[]>,
): ReadonlyMap<Stage, number> {
  const us = stages.map((stage) => (samples.get(stage) ?? []).reduce((sum, { durationUs }) => sum + durationUs, 0));
  const totalUs = us.reduce((sum, one) => sum + one, 0);
  if (totalUs === 0) return new Map([[unknown, 1]]);
  return new Map(stages.map((stage, i) => [stage, (us[i] ?? 0) / totalUs]));
}
