import type { MissedGoal } from '../terminal/program.js';
import type { BenchReport, Goal } from './report.js';
import type { Row } from './summary.js';

/** Everything in a report that goals are about. */
export type Measured = Pick<BenchReport, 'ratios' | 'idle' | 'load' | 'eventLoopStallMs'>;

const MIN_RAW = 0.92;
const MAX_IDLE = 1.15;
const MAX_TAIL = 3;
const MAX_STALL_MS = 50;

/** All goals. They are reported and fail no run; the flags of the program do. */
export function goalsOf({ ratios, idle, load, eventLoopStallMs }: Measured): Goal[] {
  const fewest = (name: string, least: number, got: number | undefined): Goal => ({
    name,
    wanted: `>= ${least}`,
    got: got ?? null,
    met: got !== undefined && got >= least,
  });
  const most = (name: string, limit: number, got: number | undefined): Goal => ({
    name,
    wanted: `<= ${limit}`,
    got: got ?? null,
    met: got !== undefined && got <= limit,
  });
  const highestIdle = (contender: 'ours' | 'int8'): number | undefined => {
    const all = idle.filter((one) => one.contender === contender).map((one) => one.idleVsStages);
    return all.length === 0 ? undefined : Math.max(...all);
  };
  const tail = (contender: 'ours' | 'int8'): number | undefined =>
    load.find((one) => one.contender === contender)?.p99VsP50;
  return [
    fewest('fp32_vs_peer, lowest', 1.15, ratios.fp32_vs_peer?.lowest),
    fewest('int8_vs_peer, lowest', 2, ratios.int8_vs_peer?.lowest),
    fewest('fp32_vs_raw, lowest', MIN_RAW, ratios.fp32_vs_raw?.lowest),
    fewest('int8_vs_raw, lowest', MIN_RAW, ratios.int8_vs_raw?.lowest),
    most('idle_vs_stages of ours, highest', MAX_IDLE, highestIdle('ours')),
    most('idle_vs_stages of int8, highest', MAX_IDLE, highestIdle('int8')),
    most('p99_vs_p50 of ours at 80 % load', MAX_TAIL, tail('ours')),
    most('p99_vs_p50 of int8 at 80 % load', MAX_TAIL, tail('int8')),
    {
      name: 'longest stall of the event loop, ms',
      wanted: `< ${MAX_STALL_MS}`,
      got: eventLoopStallMs ?? null,
      met: eventLoopStallMs !== undefined && eventLoopStallMs < MAX_STALL_MS,
    },
  ];
}

/** What the flags of the program ask for. */
export interface Limits {
  readonly minPeerRatio: number | undefined;
  readonly minRawRatio: number | undefined;
  readonly maxStallMs: number | undefined;
  readonly maxReadyMs: number | undefined;
  readonly maxMemoryMb: number | undefined;
}

/**
 * The limits that were missed, and failed requests of the closed loops, which always fail a run. At 80 % load, requests that come
 * faster than a machine with other work can answer are refused as they should be; the page counts them.
 */
export function missedLimits(report: BenchReport, limits: Limits): MissedGoal[] {
  const missed: MissedGoal[] = [];
  const isOwn = ({ contender }: Pick<Row, 'contender'>): boolean => contender === 'ours' || contender === 'int8';
  const failed = report.rows.filter(isOwn).reduce((sum, { failures }) => sum + failures, 0);
  if (failed > 0) missed.push({ what: 'failed requests of ours and int8', wanted: '0', got: String(failed) });
  const { fp32_vs_peer: peer, fp32_vs_raw: raw } = report.ratios;
  // A peer that is left out was named above; its goal cannot be judged.
  if (limits.minPeerRatio !== undefined && peer !== undefined && peer.lowest < limits.minPeerRatio) {
    missed.push({ what: 'ours / peer', wanted: `>= ${limits.minPeerRatio}`, got: peer.lowest.toFixed(2) });
  }
  for (const [photo, ratio] of Object.entries(raw?.byPhoto ?? {})) {
    if (limits.minRawRatio !== undefined && photo.startsWith('640x480') && ratio.median < limits.minRawRatio) {
      missed.push({
        what: `ours / raw limit, ${photo}`,
        wanted: `>= ${limits.minRawRatio}`,
        got: ratio.median.toFixed(2),
      });
    }
  }
  const atMost = (what: string, limit: number | undefined, got: number | undefined, unit: string): void => {
    if (limit === undefined || (got !== undefined && got <= limit)) return;
    missed.push({
      what,
      wanted: `<= ${limit} ${unit}`,
      got: got === undefined ? 'not measured' : `${got.toFixed(0)} ${unit}`,
    });
  };
  const pssBytes = report.pssBytes.ours;
  atMost('longest event-loop stall', limits.maxStallMs, report.eventLoopStallMs, 'ms');
  atMost('ready with a warm cache', limits.maxReadyMs, report.startup.ours?.warmMs, 'ms');
  atMost('memory of ours', limits.maxMemoryMb, pssBytes === undefined ? undefined : pssBytes / 1e6, 'MB');
  return missed;
}
