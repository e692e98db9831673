import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { describeMachine, machineLine } from '../service/machine.js';
import { DEFAULT_MANIFEST_PATH } from '../service/manifest.js';
import { canMeasureProcesses, measureTree } from '../service/processes.js';
import { TARGET_FLAGS, TARGET_USAGE } from '../service/target.js';
import { numberFlag, runProgram, type MissedGoal } from '../terminal/program.js';
import { Progress } from '../terminal/progress.js';
import { writeReportFile } from '../terminal/report-file.js';
import { drawLatency, drawThroughput } from './figures.js';
import { IdleProcess } from './idle-process.js';
import { startPeer } from './peer.js';
import { composePhoto, type PhotoSpec } from './photos.js';
import { RawLimit } from './raw-limit.js';
import { formatBench, type BenchReport } from './report.js';
import { measureRounds, post, type Scenario, type Service } from './rounds.js';
import { startMeasured, type MeasuredServer } from './startup.js';
import { ratiosTo, summarise } from './summary.js';

const USAGE = `Measures a running service beside a Python peer on the same weights and beside the raw onnxruntime limit.

  npm run bench -- [--quick] [--start] [options]

${TARGET_USAGE}
  --quick              fewer photos, concurrencies and rounds: under two minutes
  --rounds N           rounds (default 3; 2 with --quick)
  --seconds X          least time of one measurement (default 3; 1 with --quick)
  --python PROGRAM     Python with the modules of packages/e2e/peer/requirements.txt (default python3)
  --manifest FILE      the model that the service has (default ${DEFAULT_MANIFEST_PATH})
  --report DIR         where bench.md and its figures go (default docs/benchmarks; nowhere with --quick)
  --json FILE          every figure, for programs
  --min-peer-ratio X   exit 1 when ours/peer is lower for any photo
  --min-raw-ratio X    exit 1 when ours/raw is lower for a 640x480 photo; larger photos spend much time on decoding,
                       which the raw limit leaves out
  --max-stall-ms X     exit 1 when the event loop stalls longer under load
  --max-ready-ms X     exit 1 when a start with a warm cache takes longer (with --start)
  --max-memory-mb X    exit 1 when the service uses more memory (with --start or --pid)`;

const SIZES = [
  [640, 480],
  [1920, 1080],
  [4096, 3072],
] as const;
const FULL = {
  photos: SIZES.flatMap(([widthPx, heightPx]) => [1, 20].map((faces) => ({ widthPx, heightPx, faces }))),
  concurrencies: [1, 2, 4, 16],
  rounds: 3,
  seconds: 3,
};
const QUICK = {
  photos: [
    { widthPx: 640, heightPx: 480, faces: 1 },
    { widthPx: 1920, heightPx: 1080, faces: 1 },
    { widthPx: 640, heightPx: 480, faces: 5 },
  ],
  concurrencies: [1, 4],
  rounds: 2,
  seconds: 1,
};

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({
    options: {
      ...TARGET_FLAGS,
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      python: { type: 'string', default: 'python3' },
      manifest: { type: 'string', default: DEFAULT_MANIFEST_PATH },
      report: { type: 'string' },
      json: { type: 'string' },
      'min-peer-ratio': { type: 'string' },
      'min-raw-ratio': { type: 'string' },
      'max-stall-ms': { type: 'string' },
      'max-ready-ms': { type: 'string' },
      'max-memory-mb': { type: 'string' },
    },
  });
  const plan = flags.quick ? QUICK : FULL;
  const lanes = numberFlag('lanes', flags.lanes, { min: 1, max: 256, integer: true }) ?? 2;
  const rounds = numberFlag('rounds', flags.rounds, { min: 1, integer: true }) ?? plan.rounds;
  const seconds = numberFlag('seconds', flags.seconds, { min: 0.1, max: 600 }) ?? plan.seconds;
  const goals = {
    minPeerRatio: numberFlag('min-peer-ratio', flags['min-peer-ratio'], { min: 0 }),
    minRawRatio: numberFlag('min-raw-ratio', flags['min-raw-ratio'], { min: 0 }),
    maxStallMs: numberFlag('max-stall-ms', flags['max-stall-ms'], { min: 0 }),
    maxReadyMs: numberFlag('max-ready-ms', flags['max-ready-ms'], { min: 0 }),
    maxMemoryMb: numberFlag('max-memory-mb', flags['max-memory-mb'], { min: 0 }),
  };
  const pid = numberFlag('pid', flags.pid, { min: 1, integer: true });
  const reportDir = flags.report ?? (flags.quick ? undefined : 'docs/benchmarks');

  const closers: (() => Promise<void>)[] = [];
  try {
    let measured: MeasuredServer | undefined;
    if (flags.start) {
      console.log('starting the server, once with an empty cache and then with a warm one');
      measured = await startMeasured(lanes);
      closers.push(() => measured?.close() ?? Promise.resolve());
    }
    const ours: Service = {
      contender: 'ours',
      baseUrl: measured?.server.baseUrl ?? flags.url,
      pid: measured?.server.pid ?? pid,
      metricsUrl: measured?.server.metricsUrl ?? flags['metrics-url'],
    };

    console.log('starting the Python peer');
    const peer = await startPeer(flags.python, flags.manifest, lanes);
    const services = [ours];
    if (peer.kind === 'started') {
      closers.push(() => peer.process.stop());
      services.push({
        contender: 'peer',
        baseUrl: peer.process.baseUrl,
        pid: peer.process.pid,
        metricsUrl: undefined,
      });
    } else {
      console.error(`the Python peer is left out: ${peer.reason}`);
    }
    const raw = RawLimit.start(flags.manifest, lanes);
    closers.push(() => raw.stop());

    const scenarios = await Promise.all(plan.photos.map(prepareScenario));
    for (const service of services) await warmUp(service, scenarios, lanes);

    const concurrencies = plan.concurrencies;
    const idle = IdleProcess.start();
    closers.push(() => idle.stop());
    const progress = new Progress({
      label: 'measuring',
      total: rounds * scenarios.length * (concurrencies.length * services.length + 1),
    });
    const measurements = await measureRounds({
      services,
      raw,
      rawProcesses: lanes,
      scenarios,
      concurrencies,
      rounds,
      minDurationMs: 1000 * seconds,
      idle,
      onMeasured: () => progress.advance(),
    });
    progress.finish();

    const pssOf = (contender: 'ours' | 'peer'): number | undefined => {
      const process = services.find((service) => service.contender === contender)?.pid;
      return process === undefined || !canMeasureProcesses() ? undefined : measureTree(process).pssBytes;
    };
    const stalls = measurements.flatMap((one) => one.eventLoopStallMs ?? []);
    const report: BenchReport = {
      machine: describeMachine(new Date()),
      lanes,
      rounds,
      peer: peer.kind === 'started' ? peer.version : 'left out',
      rows: summarise(measurements),
      ratios: { peer: ratiosTo(measurements, 'peer'), raw: ratiosTo(measurements, 'raw') },
      startup: measured?.startup,
      pssBytes: { ours: pssOf('ours'), peer: pssOf('peer') },
      eventLoopStallMs: stalls.length === 0 ? undefined : Math.max(...stalls),
      idleStallMs: Math.max(0, ...measurements.map((one) => one.idleStallMs ?? 0)),
    };
    const text = formatBench(report);
    console.log(`\n${text}`);
    if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(report, null, 2)}\n`);
    if (reportDir !== undefined) {
      const note = machineLine(report.machine);
      await writeReportFile(reportDir, {
        name: 'bench',
        title: 'Throughput and latency',
        command: 'npm run bench',
        text,
        figures: {
          'bench-throughput': drawThroughput(report.rows, concurrencies, note),
          'bench-latency': drawLatency(report.rows, concurrencies, note),
        },
      });
    }
    return missedGoals(report, goals);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function prepareScenario(photo: PhotoSpec): Promise<Scenario> {
  const jpeg = await composePhoto(photo);
  return {
    name: `${photo.widthPx}x${photo.heightPx}, ${photo.faces} ${photo.faces === 1 ? 'face' : 'faces'}`,
    photo,
    body: Buffer.from(JSON.stringify({ img: jpeg.toString('base64') })),
  };
}

const FacesCountSchema = Type.Object({ Faces: Type.Array(Type.Unknown()) });

/** Lets every lane see every photo, and makes sure that all contenders will do the same work. */
async function warmUp(service: Service, scenarios: readonly Scenario[], lanes: number): Promise<void> {
  for (const scenario of scenarios) {
    const answers = await Promise.all(Array.from({ length: lanes }, () => post(service, scenario)));
    for (const answer of answers) {
      const text = answer.body.toString('utf8');
      if (answer.status !== 200) {
        throw new Error(
          `${service.contender}, ${scenario.name}: expected 200, got ${answer.status}: ${text.slice(0, 300)}`,
        );
      }
      const json: unknown = JSON.parse(text);
      const faces = Value.Check(FacesCountSchema, json) ? json.Faces.length : undefined;
      if (faces !== scenario.photo.faces) {
        throw new Error(
          `${service.contender}, ${scenario.name}: expected ${scenario.photo.faces} faces, got ${faces ?? 'no list'}; the contenders would not do the same work`,
        );
      }
    }
  }
}

interface Goals {
  readonly minPeerRatio: number | undefined;
  readonly minRawRatio: number | undefined;
  readonly maxStallMs: number | undefined;
  readonly maxReadyMs: number | undefined;
  readonly maxMemoryMb: number | undefined;
}

function missedGoals(report: BenchReport, goals: Goals): MissedGoal[] {
  const missed: MissedGoal[] = [];
  const failed = report.rows.filter((row) => row.contender === 'ours').reduce((sum, row) => sum + row.failures, 0);
  if (failed > 0) missed.push({ what: 'failed requests of ours', wanted: '0', got: String(failed) });
  const { peer, raw } = report.ratios;
  // A peer that is left out was named above; its goal cannot be judged.
  if (goals.minPeerRatio !== undefined && peer !== undefined && peer.lowest < goals.minPeerRatio) {
    missed.push({ what: 'ours / peer', wanted: `>= ${goals.minPeerRatio}`, got: peer.lowest.toFixed(2) });
  }
  for (const { scenario, ratio } of raw?.byScenario ?? []) {
    if (goals.minRawRatio !== undefined && scenario.startsWith('640x480') && ratio.median < goals.minRawRatio) {
      missed.push({
        what: `ours / raw limit, ${scenario}`,
        wanted: `>= ${goals.minRawRatio}`,
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
  atMost('longest event-loop stall', goals.maxStallMs, report.eventLoopStallMs, 'ms');
  atMost('ready with a warm cache', goals.maxReadyMs, report.startup?.warmMs, 'ms');
  const { ours: pssBytes } = report.pssBytes;
  atMost('memory', goals.maxMemoryMb, pssBytes === undefined ? undefined : pssBytes / 1e6, 'MB');
  return missed;
}

await runProgram(USAGE, main);
