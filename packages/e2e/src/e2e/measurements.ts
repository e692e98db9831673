import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.js';
import type { Scenario } from './scenario.js';

/** Where data lies that is not the project's to ship; each scenario names what it wants. */
const LFW = 'FACE_COMPARISON_LFW';
const DLIB_FACES = 'FACE_COMPARISON_DLIB_FACES';

/** Pairs of each kind and fold in the short form: with 240 pairs, one wrong pair is 0.4 %. */
const SHORT_PAIRS = 60;
const SHORT_FOLDS = 2;

/** Short forms of the measuring programs. What they assert are counts, shares and ratios, never times. */
export const measurements: readonly Scenario[] = [
  {
    name: 'accuracy',
    what: `the first pairs of LFW are told apart (${LFW}: a folder with images/ and pairs.txt)`,
    missing: () => missingFolder(LFW, 'pairs.txt'),
    run: async () => {
      const folder = process.env[LFW] ?? '';
      const scratch = await mkdtemp(join(tmpdir(), 'accuracy-'));
      try {
        const pairs = join(scratch, 'pairs.txt');
        await writeFile(pairs, shortPairs(await readFile(join(folder, 'pairs.txt'), 'utf8')));
        await runProgram('accuracy', [
          ...['--start', '--images', join(folder, 'images'), '--pairs', pairs, '--report', scratch],
          ...['--min-accuracy', '0.98', '--min-tar', '0.97', '--max-without-face', '0'],
        ]);
      } finally {
        await rm(scratch, { recursive: true });
      }
    },
  },
  {
    name: 'detection',
    what: `all annotated faces of dlib's example photos are found (${DLIB_FACES}: a folder with training.xml and testing.xml)`,
    missing: () => missingFolder(DLIB_FACES, 'training.xml'),
    run: async () => {
      const folder = process.env[DLIB_FACES] ?? '';
      const boxes = ['training.xml', 'testing.xml'].flatMap((file) => ['--boxes', join(folder, file)]);
      await runProgram('detection', ['--start', '--images', folder, ...boxes, '--min-recall', '1']);
    },
  },
  {
    name: 'bench',
    what: 'the benchmark runs in its short form, no ratio is lower than committed, and memory is within its limit',
    missing: () => Promise.resolve(undefined),
    run: () =>
      runProgram('bench', [
        ...['--quick', '--start', '--check', 'docs/benchmarks/bench.json'],
        ...['--max-memory-mb', '800'],
      ]),
  },
  {
    name: 'soak',
    what: 'a few hundred requests of all kinds leave memory as it was and get no answer of 500 or more',
    missing: () => Promise.resolve(undefined),
    run: () => runProgram('soak', ['--start', '--requests', '400', '--max-growth-mb', '100']),
  },
];

async function missingFolder(variable: string, file: string): Promise<string | undefined> {
  const folder = process.env[variable];
  if (folder === undefined) return `${variable} is not set`;
  return stat(join(folder, file)).then(
    () => undefined,
    () => `${variable}=${folder} has no ${file}`,
  );
}

/** The first pairs of the first folds of a pairs file in LFW's format. */
function shortPairs(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [header = '', ...pairs] = lines;
  const [, perFold = 300] = header.split(/\s+/).map(Number);
  const short = Array.from({ length: SHORT_FOLDS * 2 }, (_, block) =>
    pairs.slice(block * perFold, block * perFold + SHORT_PAIRS),
  );
  return [`${SHORT_FOLDS}\t${SHORT_PAIRS}`, ...short.flat(), ''].join('\n');
}
