import type { Contender } from '../src/bench/contenders.js';
import type { Measurement } from '../src/bench/rounds.js';

/** A measurement as the rounds of a benchmark give it; CPU times are those of ours and the peer only. */
export function aMeasurement(
  contender: Contender,
  concurrency: number,
  round: number,
  requestsPerSecond: number,
  scenario = 'small',
): Measurement {
  return {
    scenario,
    contender,
    concurrency,
    round,
    requestsPerSecond,
    durationsMs: contender === 'raw' ? [] : [10 * (round + 1), 20],
    stagesMs: [],
    failures: 1,
    cpuMsPerRequest: contender === 'ours' ? 30 + round : contender === 'peer' ? 62 : undefined,
    eventLoopStallMs: contender === 'ours' ? 4 * (round + 1) : undefined,
    idleStallMs: contender === 'ours' ? 3 - round : undefined,
  };
}

/** Three rounds of one photo, and one of another that only ours has seen. */
export const MEASUREMENTS: readonly Measurement[] = [
  ...[0, 1, 2].flatMap((round) => [
    aMeasurement('ours', 1, round, 10),
    aMeasurement('ours', 4, round, 20 + round),
    aMeasurement('peer', 1, round, 10 + round),
    aMeasurement('peer', 4, round, 8),
    aMeasurement('raw', 2, round, 25),
  ]),
  aMeasurement('ours', 4, 0, 5, 'large'),
];
