import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machineLine } from '../service/machine.js';
import { DEFAULT_MANIFEST_PATH } from '../service/manifest.js';
import { TARGET_FLAGS, TARGET_USAGE } from '../service/target.js';
import { numberFlag, runProgram, UsageError, type MissedGoal } from '../terminal/program.js';
import { writeReportFile } from '../terminal/report-file.js';
import { checkAgainst, parseComparable, readComparable, type Comparable } from './check.js';
import { ACCELERATORS, type Accelerator } from './contenders.js';
import { drawLatency, drawRatios, drawThroughput } from './figures.js';
import { missedLimits } from './goals.js';
import { withSnakeCaseNames } from './json.js';
import { measureBench } from './measure.js';
import { FULL, QUICK } from './plan.js';
import { formatBench, type BenchReport } from './report.js';

const INT8_MANIFEST_PATH = 'models/default-int8/manifest.json';

const USAGE = `Measures the service on the default model and on its int8 form beside a Python peer and beside onnxruntime alone.

  npm run bench -- [--quick] [--start] [options]

${TARGET_USAGE}
                       only ours is measured of a service that is not started by this program
  --quick              ratios alone, of fewer photos, concurrencies and rounds: a minute
  --rounds N           rounds (default ${FULL.rounds}; ${QUICK.rounds} with --quick)
  --seconds X          least time of one measurement (default ${FULL.seconds}; ${QUICK.seconds} with --quick)
  --accelerator NAME   none or nvidia: where the networks of all contenders run (default none)
  --python PROGRAM     Python with the modules of packages/e2e/peer/requirements.txt (default python3)
  --manifest FILE      the model of ours (default ${DEFAULT_MANIFEST_PATH})
  --int8-manifest FILE the model of int8 (default ${INT8_MANIFEST_PATH})
  --report DIR         where bench.md, bench.json and the figures go (default docs/benchmarks; nowhere with --quick)
  --json FILE          every figure, for programs
  --check FILE         exit 1 when a ratio is lower than in this bench.json by more than noise explains
  --min-peer-ratio X   exit 1 when ours/peer is lower for any photo
  --min-raw-ratio X    exit 1 when ours/raw is lower for a 640x480 photo; larger photos spend much time on decoding,
                       which onnxruntime alone leaves out
  --max-stall-ms X     exit 1 when the event loop stalls longer under load
  --max-ready-ms X     exit 1 when a start of ours with a warm cache takes longer (with --start)
  --max-memory-mb X    exit 1 when ours uses more memory (with --start or --pid)`;

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({
    options: {
      ...TARGET_FLAGS,
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      accelerator: { type: 'string', default: 'none' },
      python: { type: 'string', default: 'python3' },
      manifest: { type: 'string', default: DEFAULT_MANIFEST_PATH },
      'int8-manifest': { type: 'string', default: INT8_MANIFEST_PATH },
      report: { type: 'string' },
      json: { type: 'string' },
      check: { type: 'string' },
      'min-peer-ratio': { type: 'string' },
      'min-raw-ratio': { type: 'string' },
      'max-stall-ms': { type: 'string' },
      'max-ready-ms': { type: 'string' },
      'max-memory-mb': { type: 'string' },
    },
  });
  const plan = flags.quick ? QUICK : FULL;
  const limits = {
    minPeerRatio: numberFlag('min-peer-ratio', flags['min-peer-ratio'], { min: 0 }),
    minRawRatio: numberFlag('min-raw-ratio', flags['min-raw-ratio'], { min: 0 }),
    maxStallMs: numberFlag('max-stall-ms', flags['max-stall-ms'], { min: 0 }),
    maxReadyMs: numberFlag('max-ready-ms', flags['max-ready-ms'], { min: 0 }),
    maxMemoryMb: numberFlag('max-memory-mb', flags['max-memory-mb'], { min: 0 }),
  };
  // A file that cannot be read is told before twenty minutes are spent.
  const committed = flags.check === undefined ? undefined : await readComparable(flags.check);
  const report = await measureBench({
    plan: {
      ...plan,
      rounds: numberFlag('rounds', flags.rounds, { min: 1, integer: true }) ?? plan.rounds,
      seconds: numberFlag('seconds', flags.seconds, { min: 0.1, max: 600 }) ?? plan.seconds,
    },
    lanes: numberFlag('lanes', flags.lanes, { min: 1, max: 256, integer: true }) ?? 2,
    accelerator: acceleratorFlag(flags.accelerator),
    python: flags.python,
    manifestPath: flags.manifest,
    int8ManifestPath: flags['int8-manifest'],
    running: flags.start
      ? undefined
      : {
          baseUrl: flags.url,
          pid: numberFlag('pid', flags.pid, { min: 1, integer: true }),
          metricsUrl: flags['metrics-url'],
        },
  });
  console.log(`\n${formatBench(report)}`);
  const json = withSnakeCaseNames(report);
  const reportDir = flags.report ?? (flags.quick ? undefined : 'docs/benchmarks');
  if (reportDir !== undefined) await writePage(reportDir, report);
  const jsonFiles = [flags.json, reportDir === undefined ? undefined : join(reportDir, 'bench.json')];
  for (const file of jsonFiles) if (file !== undefined) await writeFile(file, `${JSON.stringify(json, null, 2)}\n`);
  return [
    ...missedLimits(report, limits),
    // As it is written and read: JSON knows no undefined.
    ...(committed === undefined
      ? []
      : checked(committed, parseComparable(JSON.parse(JSON.stringify(json)), 'this run'))),
  ];
}

async function writePage(reportDir: string, report: BenchReport): Promise<void> {
  const note = machineLine(report.machine);
  await writeReportFile(reportDir, {
    name: 'bench',
    title: 'Throughput and latency',
    command: 'npm run bench',
    text: formatBench(report),
    figures: {
      'bench-ratios': drawRatios(report.ratios, note),
      'bench-throughput': drawThroughput(report.rows, note),
      'bench-latency': drawLatency(report.rows, note),
    },
  });
}

function checked(committed: Comparable, current: Comparable): readonly MissedGoal[] {
  const { missed, compared, leftOut } = checkAgainst(committed, current);
  for (const what of leftOut) console.log(`not compared: ${what}`);
  console.log(`compared with the committed figures: ${compared} ratios, ${missed.length} lower than noise explains`);
  return missed;
}

function acceleratorFlag(text: string): Accelerator {
  const accelerator = ACCELERATORS.find((known) => known === text);
  if (accelerator === undefined) {
    throw new UsageError(`--accelerator: expected ${ACCELERATORS.join(' or ')}, got ${JSON.stringify(text)}`);
  }
  return accelerator;
}

await runProgram(USAGE, main);
