import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { geometricMean, mean } from '../statistics/summary.js';
import type { MissedGoal } from '../terminal/program.js';
import { RATIO_NAMES, type RatioName } from './contenders.js';

const SpreadSchema = Type.Object({ median: Type.Number(), min: Type.Number(), max: Type.Number() });
const TableSchema = Type.Object({ by_photo: Type.Record(Type.String(), SpreadSchema) });
const RatioSchema = Type.Object({ ...TableSchema.properties, cpu: Type.Optional(TableSchema) });

/** What of a written bench.json can be compared with another. */
const ComparableSchema = Type.Object({
  machine: Type.Object({ simd: Type.Array(Type.String()) }),
  accelerator: Type.String(),
  peer: Type.Object({
    setting: Type.Optional(Type.Object({ workers: Type.Integer(), threads: Type.Integer() })),
  }),
  ratios: Type.Partial(
    Type.Object({
      fp32_vs_peer: RatioSchema,
      int8_vs_peer: RatioSchema,
      fp32_vs_raw: RatioSchema,
      int8_vs_raw: RatioSchema,
      int8_vs_fp32: RatioSchema,
    } satisfies Record<RatioName, typeof RatioSchema>),
  ),
});

export type Comparable = Static<typeof ComparableSchema>;
type SpreadValue = Static<typeof SpreadSchema>;

/**
 * Takes what can be compared out of a report as it is written.
 *
 * @param source names it in the error
 * @throws Error naming the first field that is not as expected
 */
export function parseComparable(value: unknown, source: string): Comparable {
  if (Value.Check(ComparableSchema, value)) return value;
  const [first] = Value.Errors(ComparableSchema, value);
  throw new Error(
    `${source}: expected what \`npm run bench\` writes, got: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
  );
}

/** Reads a committed report. */
export async function readComparable(path: string): Promise<Comparable> {
  return parseComparable(JSON.parse(await readFile(path, 'utf8')), path);
}

export interface CheckResult {
  readonly missed: readonly MissedGoal[];
  /** How many values were compared. */
  readonly compared: number;
  /** What could not be compared, as sentences. */
  readonly leftOut: readonly string[];
}

/** A loss that every ratio may show: other work on the machine, other clocks, a shorter measurement. */
const FLOOR = 0.1;
/** No noise excuses more, so that a loss of a quarter is always seen. */
const MAX_TOLERANCE = 0.2;

/**
 * Looks whether a ratio is lower than committed by more than noise explains. Ratios of CPU time are compared where both
 * have them, else those of throughput; never times.
 *
 * A photo is allowed to lose a floor of 10 % and half the range of its committed rounds, but never more than 20 %; it fails
 * when its best round is lower than that. The geometric mean over the photos that both have is allowed the floor and the
 * mean of these noises, over the square root of their number, since the noise of one photo is not that of another.
 */
export function checkAgainst(committed: Comparable, current: Comparable): CheckResult {
  const nothing = (why: string): CheckResult => ({ missed: [], compared: 0, leftOut: [why] });
  if (committed.accelerator !== current.accelerator) {
    return nothing(`committed with --accelerator ${committed.accelerator}, this run has ${current.accelerator}`);
  }
  if (instructions(committed) !== instructions(current)) {
    return nothing(`committed on a machine with ${instructions(committed)}, this one has ${instructions(current)}`);
  }
  const missed: MissedGoal[] = [];
  const leftOut: string[] = [];
  let compared = 0;
  for (const name of RATIO_NAMES) {
    const [before, now] = [committed.ratios[name], current.ratios[name]];
    if (before === undefined || now === undefined) {
      leftOut.push(`${name}: ${now === undefined ? 'not measured' : 'not committed'}`);
      continue;
    }
    if (name.endsWith('_vs_peer') && peerOf(committed) !== peerOf(current)) {
      leftOut.push(`${name}: committed with a peer of ${peerOf(committed)}, this run has ${peerOf(current)}`);
      continue;
    }
    const [kind, photosBefore, photosNow] =
      before.cpu !== undefined && now.cpu !== undefined
        ? [' of CPU time', before.cpu.by_photo, now.cpu.by_photo]
        : ['', before.by_photo, now.by_photo];
    const pairs = Object.entries(photosBefore).flatMap(([photo, old]) => {
      const fresh = photosNow[photo];
      return fresh === undefined ? [] : [{ photo, old, fresh }];
    });
    if (pairs.length === 0) {
      leftOut.push(`${name}: no photo is in both`);
      continue;
    }
    const compare = (what: string, before: number, now: number, noise: number): void => {
      compared++;
      const least = before * (1 - Math.min(MAX_TOLERANCE, FLOOR + noise));
      if (now >= least) return;
      missed.push({
        what: `${name}${kind}, ${what}`,
        wanted: `>= ${least.toFixed(2)} (committed: ${before.toFixed(2)})`,
        got: now.toFixed(2),
      });
    };
    for (const { photo, old, fresh } of pairs) compare(photo, old.median, fresh.max, noiseOf(old));
    compare(
      'geometric mean',
      geometricMean(pairs.map(({ old }) => old.median)),
      geometricMean(pairs.map(({ fresh }) => fresh.median)),
      mean(pairs.map(({ old }) => noiseOf(old))) / Math.sqrt(pairs.length),
    );
  }
  return { missed, compared, leftOut };
}

/** Half the range of the rounds, as a share of their median. */
function noiseOf({ median, min, max }: SpreadValue): number {
  return (max - min) / 2 / median;
}

/**
 * How much faster int8 is, and a rewritten graph, depends on these. Of the two forms of VNNI only the wider counts: where there
 * is avx512_vnni, onnxruntime has no use for avx_vnni, which some processors of the same kind have and others lack.
 */
function instructions({ machine: { simd } }: Comparable): string {
  const isUsed = (name: string): boolean => name !== 'avx_vnni' || !simd.includes('avx512_vnni');
  return simd.filter(isUsed).toSorted().join(' ');
}

function peerOf({ peer: { setting } }: Comparable): string {
  return setting === undefined ? 'no setting' : `${setting.workers} workers of ${setting.threads} threads`;
}
