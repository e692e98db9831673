import type { Bench } from '../bench.js';
import { samplePoints } from '../../statistics/sample.js';
import { resultLine, type Result } from '../report.js';
import { JOURNEYS, SweepLane, type Journey, type Kill, type Moment } from './sweep.js';

/** FaceComparisons at which the same journey is swept side by side. */
const LANES = 4;
/** More writes than any journey has. */
const MAX_WRITES = 100;
/** A sample has one of so many writes, so that a week of samples has all. */
const SAMPLED_EVERY = 7;

/**
 * Kills the operator at the writes of each journey.
 * @param names of journeys; none for all
 * @param seed draws the writes; undefined for every write
 */
export async function runSweeps(bench: Bench, names: readonly string[], seed: number | undefined): Promise<Result[]> {
  const results: Result[] = [];
  for (const journey of JOURNEYS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    for (const result of await sweep(bench, journey, seed)) {
      results.push(result);
      console.log(resultLine(result));
    }
  }
  return results;
}

async function sweep(bench: Bench, journey: Journey, seed: number | undefined): Promise<Result[]> {
  const started = Date.now();
  const lanes: SweepLane[] = [];
  // One after the other, for each measures how long its operator takes to start.
  for (let lane = 1; lane <= LANES; lane++) {
    lanes.push(await SweepLane.open(bench, `crash-${journey.name}-${lane}`, journey));
  }
  const kills: Kill[] = [];
  let writes: readonly string[] = [];
  try {
    const [first, ...others] = await Promise.all(lanes.map((lane) => lane.reference()));
    if (first === undefined) throw new Error('there are no lanes');
    const differing = others.find(({ fixedPoint }) => fixedPoint !== first.fixedPoint);
    if (differing !== undefined) {
      throw new Error(`two ends without any kill differ:\n  ${first.fixedPoint}\n  ${differing.fixedPoint}`);
    }
    writes = first.writes;
    const over = new Set<Moment>();
    const due =
      seed === undefined ? everyPoint(journey.moments, over) : sampled(journey.moments, writes.length, seed).values();
    await Promise.all(
      lanes.map(async (lane) => {
        for (let next = due.next(); next.done !== true; next = due.next()) {
          const kill = await lane.killAt(next.value.k, next.value.moment, first.fixedPoint);
          if (kill.write === undefined) over.add(kill.moment);
          else kills.push(kill);
          if (kill.error !== undefined)
            console.log(
              `  killed ${kill.moment} write ${kill.k}, ${kill.write ?? 'none'}, away for ${kill.awayMs ?? 'ever'} ms: ${kill.error}`,
            );
          // What is left of a journey that went wrong would spoil the next one.
          if (kill.error !== undefined) return;
        }
      }),
    );
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  return journey.moments.map((moment) => summary(journey, moment, kills, writes, Date.now() - started));
}

interface Point {
  /** The k-th write, from 1. */
  readonly k: number;
  readonly moment: Moment;
}

/** Other writes for each moment: just before a write is much the same as just after the one before it. */
function sampled(moments: readonly Moment[], writes: number, seed: number): Point[] {
  return moments.flatMap((moment, index) =>
    samplePoints(writes, SAMPLED_EVERY, seed + 3 * index).map((k) => ({ k, moment })),
  );
}

/** Each write, before and after it, until a journey has no such write any more. */
function* everyPoint(moments: readonly Moment[], over: ReadonlySet<Moment>): Generator<Point> {
  for (let k = 1; k <= MAX_WRITES; k++) {
    for (const moment of moments) if (!over.has(moment)) yield { k, moment };
  }
}

function summary(
  journey: Journey,
  moment: Moment,
  all: readonly Kill[],
  writes: readonly string[],
  tookMs: number,
): Result {
  const kills = all.filter((kill) => kill.moment === moment).sort((a, b) => a.k - b.k);
  const wrong = kills.filter(({ error }) => error !== undefined);
  const slowest = Math.max(...kills.map((kill) => kill.tookMs), 0);
  const what = `killed ${moment} a write of an ${journey.what}: the same end, and nothing mixed or dropped on the way`;
  const name = `${journey.name}-killed-${moment}`;
  if (wrong.length > 0 || kills.length === 0) {
    const which = wrong.map(({ k, write, error }) => `${k} (${write ?? ''}): ${error ?? ''}`);
    return { name, what, tookMs, error: `${wrong.length} of ${kills.length} kills ended wrong: ${which.join('; ')}` };
  }
  return {
    name,
    what,
    tookMs,
    figures: {
      writesWithoutKill: writes.length,
      kills: kills.length,
      sameEnd: kills.length,
      slowestMs: slowest,
      longestAwayMs: Math.max(...kills.map(({ awayMs = 0 }) => awayMs)),
      writes: kills.map(({ write }) => write ?? ''),
    },
  };
}
