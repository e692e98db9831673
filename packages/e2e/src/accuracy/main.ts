import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { FaceClient } from '../service/face-client.js';
import { describeMachine } from '../service/machine.js';
import { DEFAULT_MANIFEST_PATH, readManifest } from '../service/manifest.js';
import { openTarget, TARGET_FLAGS, TARGET_USAGE } from '../service/target.js';
import { numberFlag, requiredFlag, runProgram, type MissedGoal } from '../terminal/program.js';
import { Progress } from '../terminal/progress.js';
import { writeReportFile } from '../terminal/report-file.js';
import { collectVectors } from './collect-vectors.js';
import { evaluate, type Evaluation, type OperatingPoint } from './evaluate.js';
import { drawHistogram, drawRoc } from './figures.js';
import { distinctPictures, parsePairs } from './lfw-pairs.js';
import { formatReport, reportJson } from './report.js';
import { VectorCache } from './vector-cache.js';

const USAGE = `Measures how well a running service tells people apart, on pictures and pairs in LFW's format.

  npm run accuracy -- --images DIR --pairs FILE [options]

  --images DIR         holds NAME/NAME_0001.jpg
  --pairs FILE         LFW's pairs.txt format, with or without its header
${TARGET_USAGE}
  --concurrency N      pictures posted at a time (default 4)
  --cache FILE         keeps the vectors, so that a stopped run goes on where it was
  --manifest FILE      calibration of similarity (default ${DEFAULT_MANIFEST_PATH})
  --report DIR         where accuracy.md and its figures go (default docs/benchmarks)
  --json FILE          every figure, for programs
  --min-accuracy X     exit 1 below this k-fold accuracy, 0..1
  --min-tar X          exit 1 below this true accept rate at FAR 1e-3, strangers being all pairs across people, 0..1
  --min-listed-tar X   the same, strangers being the listed pairs (needs a thousand of them)
  --max-without-face N exit 1 when more pictures than this show no face`;

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({
    options: {
      ...TARGET_FLAGS,
      images: { type: 'string' },
      pairs: { type: 'string' },
      concurrency: { type: 'string', default: '4' },
      cache: { type: 'string' },
      manifest: { type: 'string', default: DEFAULT_MANIFEST_PATH },
      report: { type: 'string', default: 'docs/benchmarks' },
      json: { type: 'string' },
      'min-accuracy': { type: 'string' },
      'min-tar': { type: 'string' },
      'min-listed-tar': { type: 'string' },
      'max-without-face': { type: 'string' },
    },
  });
  const imagesDir = requiredFlag('images', flags.images);
  const folds = parsePairs(await readFile(requiredFlag('pairs', flags.pairs), 'utf8'));
  const concurrency = numberFlag('concurrency', flags.concurrency, { min: 1, max: 256, integer: true }) ?? 4;
  const goals = {
    minAccuracy: numberFlag('min-accuracy', flags['min-accuracy'], { min: 0, max: 1 }),
    minTar: numberFlag('min-tar', flags['min-tar'], { min: 0, max: 1 }),
    minListedTar: numberFlag('min-listed-tar', flags['min-listed-tar'], { min: 0, max: 1 }),
    maxWithoutFace: numberFlag('max-without-face', flags['max-without-face'], { min: 0, integer: true }),
  };
  const manifest = await readManifest(flags.manifest);
  const pictures = distinctPictures(folds);

  const target = await openTarget(flags);
  try {
    const started = performance.now();
    const posting = new Progress({ label: `posting pictures to ${target.baseUrl}`, total: pictures.length });
    const collected = await collectVectors({
      client: new FaceClient({ baseUrl: target.baseUrl }),
      imagesDir,
      pictures,
      cache: await VectorCache.open(flags.cache),
      concurrency,
      onPicture: () => posting.advance(),
    });
    posting.finish();
    const collectedMs = performance.now() - started;
    if (manifest.version !== collected.origin.modelVersion) {
      console.error(
        `note: the service has model ${collected.origin.modelVersion}, the calibration is that of ${manifest.version} (--manifest)`,
      );
    }

    const comparing = new Progress({ label: 'comparing across people', total: pictures.length });
    const evaluation = evaluate(folds, collected.byPicture, manifest.calibration, (done) => comparing.update(done));
    comparing.update(pictures.length);
    comparing.finish();

    const run = {
      origin: collected.origin,
      machine: describeMachine(new Date()),
      posted: collected.posted,
      collectedMs,
      evaluatedMs: performance.now() - started - collectedMs,
    };
    const text = formatReport(evaluation, run);
    console.log(text);
    if (flags.json !== undefined)
      await writeFile(flags.json, `${JSON.stringify(reportJson(evaluation, run), null, 2)}\n`);

    const note = `${evaluation.pictures} pictures of ${evaluation.people} people; model ${run.origin.modelVersion}, embedding space ${run.origin.embeddingSpace}; ${run.machine.date}`;
    await writeReportFile(flags.report, {
      name: 'accuracy',
      title: 'Accuracy',
      command: 'npm run accuracy',
      text,
      figures: {
        'accuracy-roc': drawRoc(evaluation, note),
        'accuracy-histogram': drawHistogram(evaluation, manifest.calibration, note),
      },
    });
    return missedGoals(evaluation, goals);
  } finally {
    await target.close();
  }
}

interface Goals {
  readonly minAccuracy: number | undefined;
  readonly minTar: number | undefined;
  readonly minListedTar: number | undefined;
  readonly maxWithoutFace: number | undefined;
}

function missedGoals(evaluation: Evaluation, goals: Goals): MissedGoal[] {
  const { accuracy } = evaluation.kFold;
  const withoutFace = evaluation.picturesWithoutFace.length;
  const missed: MissedGoal[] = [];
  if (goals.minAccuracy !== undefined && accuracy < goals.minAccuracy) {
    missed.push({ what: 'accuracy', wanted: `>= ${goals.minAccuracy}`, got: accuracy.toFixed(4) });
  }
  const atLeast = (what: string, minTar: number | undefined, points: readonly OperatingPoint[]): void => {
    const tar = points.find((point) => point.far === 1e-3)?.tar;
    if (minTar === undefined || (tar !== undefined && tar >= minTar)) return;
    missed.push({ what, wanted: `>= ${minTar}`, got: tar?.toFixed(4) ?? 'too few pairs of strangers' });
  };
  atLeast('TAR at FAR 1e-3, all pairs across people', goals.minTar, evaluation.crossPerson);
  atLeast('TAR at FAR 1e-3, listed pairs', goals.minListedTar, evaluation.listed);
  if (goals.maxWithoutFace !== undefined && withoutFace > goals.maxWithoutFace) {
    missed.push({ what: 'pictures without a face', wanted: `<= ${goals.maxWithoutFace}`, got: String(withoutFace) });
  }
  return missed;
}

await runProgram(USAGE, main);
