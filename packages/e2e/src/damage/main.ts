import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parsePairs, type PicturePair } from '../accuracy/lfw-pairs.js';
import { createHttpSender } from '../service/http.js';
import { describeMachine, machineLine } from '../service/machine.js';
import { openTarget, TARGET_FLAGS, TARGET_USAGE } from '../service/target.js';
import { seededRandom } from '../statistics/random.js';
import { forEachConcurrently } from '../terminal/concurrency.js';
import { numberFlag, requiredFlag, runProgram, type MissedGoal } from '../terminal/program.js';
import { Progress } from '../terminal/progress.js';
import { writeReportFile } from '../terminal/report-file.js';
import { markdownTable } from '../terminal/table.js';
import { damages, type Damage } from './damages.js';
import { compareOutcome, tally, type Outcome, type Tally } from './outcomes.js';

const USAGE = `Measures what a running service says of two photos of one person when one of them is damaged.

  npm run damage -- --images DIR --pairs FILE [options]

  --images DIR         holds NAME/NAME_0001.jpg
  --pairs FILE         LFW's pairs.txt format, with or without its header
${TARGET_USAGE}
  --count N            pairs of one person (default 40)
  --seed N             where damage falls (default 1)
  --report DIR         where damaged-photos.md goes (nowhere unless given)

Exits with 1 when a damaged photo is answered as that of another person, or a whole one is refused. Changes of a single byte
are measured and not judged: no decoder can tell each of them.`;

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({
    options: {
      ...TARGET_FLAGS,
      images: { type: 'string' },
      pairs: { type: 'string' },
      count: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      report: { type: 'string' },
    },
  });
  const imagesDir = requiredFlag('images', flags.images);
  const pairs = parsePairs(await readFile(requiredFlag('pairs', flags.pairs), 'utf8')).flat();
  const count = numberFlag('count', flags.count, { min: 1, integer: true }) ?? 40;
  const seed = numberFlag('seed', flags.seed, { min: 0, integer: true }) ?? 1;

  const target = await openTarget(flags);
  try {
    const send = createHttpSender('keep-alive');
    const compare = (source: Buffer, damaged: Buffer): Promise<Outcome> =>
      compareOutcome(send, target.baseUrl, source, damaged);
    const photos = await matchingPhotos(imagesDir, pairs, count, compare);
    const progress = new Progress({ label: 'comparing', total: damages.length * photos.length });
    const results: Result[] = [];
    for (const damage of damages) {
      const random = seededRandom(seed);
      const outcomes: Outcome[] = [];
      const cases = photos.map(([source, whole]) => ({ source, damaged: damage.apply(whole, random) }));
      await forEachConcurrently(cases, Number(flags.lanes), async ({ source, damaged }) => {
        outcomes.push(await compare(source, damaged));
        progress.advance();
      });
      results.push({ damage, tally: tally(outcomes) });
    }
    progress.finish();

    const note = `${photos.length} pairs of one person that match when both photos are whole; the second photo is damaged. ${machineLine(describeMachine(new Date()))}.`;
    const text = `${note}\n\n${resultTable(results)}`;
    console.log(text);
    if (flags.report !== undefined) {
      const report = { name: 'damaged-photos', title: 'Damaged photos', command: 'npm run damage', text, figures: {} };
      await writeReportFile(flags.report, report);
    }
    return results.flatMap(missedGoals);
  } finally {
    await target.close();
  }
}

interface Result {
  readonly damage: Damage;
  readonly tally: Tally;
}

/** The first pairs of one person whose photos match as they are. */
async function matchingPhotos(
  imagesDir: string,
  pairs: readonly PicturePair[],
  count: number,
  compare: (source: Buffer, target: Buffer) => Promise<Outcome>,
): Promise<(readonly [Buffer, Buffer])[]> {
  const photos: (readonly [Buffer, Buffer])[] = [];
  for (const { a, b, samePerson } of pairs) {
    if (!samePerson) continue;
    const [source, target] = await Promise.all([readFile(join(imagesDir, a)), readFile(join(imagesDir, b))]);
    if ((await compare(source, target)) === 'match') photos.push([source, target]);
    if (photos.length === count) return photos;
  }
  throw new Error(`expected ${count} pairs of one person that match, found ${photos.length}`);
}

function resultTable(results: readonly Result[]): string {
  const rows = results.map(({ damage, tally }) => [
    damage.name,
    damage.keepsPixels ? 'match' : damage.mayHide ? 'refused, where it shows' : 'refused',
    String(tally.match),
    String(tally.refused),
    String(tally['no-match']),
  ]);
  return markdownTable(['damage', 'expected', 'match', 'refused', 'no match'], rows);
}

function missedGoals({ damage, tally }: Result): MissedGoal[] {
  const { name, keepsPixels, mayHide } = damage;
  const missed: MissedGoal[] = [];
  if (tally['no-match'] > 0 && !mayHide) {
    missed.push({ what: `${name}: answers of 200 without a match`, wanted: '0', got: String(tally['no-match']) });
  }
  if (tally.refused > 0 && keepsPixels) {
    missed.push({ what: `${name}: photos that are refused`, wanted: '0', got: String(tally.refused) });
  }
  return missed;
}

await runProgram(USAGE, main);
