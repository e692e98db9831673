import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { MEASURING_ARGS } from '../bench/startup.js';
import { renderFigure, type Colour, type Series } from '../plot/figure.js';
import { linearAxis } from '../plot/scale.js';
import { describeMachine, machineLine } from '../service/machine.js';
import { canMeasureProcesses, measureTree } from '../service/processes.js';
import { openTarget, TARGET_FLAGS, TARGET_USAGE } from '../service/target.js';
import { seededRandom } from '../statistics/random.js';
import { numberFlag, runProgram, type MissedGoal } from '../terminal/program.js';
import { Progress } from '../terminal/progress.js';
import { writeReportFile } from '../terminal/report-file.js';
import { markdownTable } from '../terminal/table.js';
import { memoryTrend, type MemoryTrend } from './memory-trend.js';
import { soakRequests } from './requests.js';
import { runSoak, type MemorySample, type SoakResult } from './run-soak.js';

const USAGE = `Sends a running service photos of all sizes and bad requests of all kinds, and watches its memory and its answers.

  npm run soak -- [--start] [options]

${TARGET_USAGE}
  --requests N         how many (default 2000)
  --concurrency N      at a time (default 4)
  --seed N             which requests are drawn (default 1)
  --max-growth-mb X    exit 1 when memory surely grows faster, in MB for each 1,000 requests after the warm-up (the
                       lower end of the 95 % interval; default 10)
  --max-memory-mb X    exit 1 when the median after the warm-up is higher
  --report DIR         where soak.md and its figure go (nowhere unless given)
  --json FILE          every figure, for programs

Exit 1 as well for any answer of 500 or more, and for any answer that the contract does not allow.`;

const PROCESS_COLOURS: readonly Colour[] = ['orange', 'green', 'purple'];

/** Share of the requests in which allocators, code and caches fill. */
const WARM_UP_SHARE = 0.4;

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({
    options: {
      ...TARGET_FLAGS,
      requests: { type: 'string', default: '2000' },
      concurrency: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
      'max-growth-mb': { type: 'string', default: '10' },
      'max-memory-mb': { type: 'string' },
      report: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const requests = numberFlag('requests', flags.requests, { min: 1, max: 1_000_000, integer: true }) ?? 2000;
  const concurrency = numberFlag('concurrency', flags.concurrency, { min: 1, max: 64, integer: true }) ?? 4;
  const seed = numberFlag('seed', flags.seed, { min: 0, integer: true }) ?? 1;
  const maxMemoryMb = numberFlag('max-memory-mb', flags['max-memory-mb'], { min: 0 });
  const maxGrowthMb = numberFlag('max-growth-mb', flags['max-growth-mb'], { min: 0 }) ?? 10;

  console.log('composing the photos');
  const kinds = await soakRequests();
  const target = await openTarget(flags, MEASURING_ARGS);
  try {
    const { pid } = target;
    const progress = new Progress({ label: `soaking ${target.baseUrl}`, total: requests });
    const result = await runSoak({
      baseUrl: target.baseUrl,
      kinds,
      requests,
      concurrency,
      batch: Math.max(1, Math.min(50, Math.floor(requests / 20))),
      random: seededRandom(seed),
      measureMemory: pid !== undefined && canMeasureProcesses() ? () => measureTree(pid) : undefined,
      onRequest: () => progress.advance(),
    });
    progress.finish();
    const trend = memoryTrend(result.samples, WARM_UP_SHARE);
    const machine = describeMachine(new Date());
    const text = `${machineLine(machine)}\n\n${formatSoak(result, trend)}`;
    console.log(`\n${text}`);
    if (flags.json !== undefined) {
      const answers = Object.fromEntries(
        [...result.answers].map(([kind, counts]) => [kind, Object.fromEntries(counts)]),
      );
      await writeFile(flags.json, `${JSON.stringify({ machine, ...result, answers, trend }, null, 2)}\n`);
    }
    if (flags.report !== undefined) {
      await writeReportFile(flags.report, {
        name: 'soak',
        title: 'Soak',
        command: 'npm run soak',
        text,
        figures: result.samples.length > 0 ? { 'soak-memory': drawMemory(result.samples, machineLine(machine)) } : {},
      });
    }
    return missedGoals(result, trend, maxGrowthMb, maxMemoryMb);
  } finally {
    await target.close();
  }
}

function formatSoak(result: SoakResult, trend: MemoryTrend | undefined): string {
  const rows = [...result.answers]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, counts]) => [
      kind,
      [...counts]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${count} x ${status === 0 ? 'no answer' : status}`)
        .join(', '),
    ]);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const memory =
    trend === undefined
      ? 'not measured (needs Linux, --start or --pid, and enough requests)'
      : `median ${megabytes(trend.medianBytes)}, peak ${megabytes(trend.peakBytes)}, slope after warm-up ${megabytes(trend.bytesPer1000Requests)} for each 1,000 requests (95 % interval ${megabytes(trend.interval.low)} to ${megabytes(trend.interval.high)})`;
  return `${markdownTable(['kind of request', 'answers'], rows)}

- ${result.requests} requests in ${(result.elapsedMs / 1000).toFixed(0)} s, ${result.serverErrors} answers of 500 or more
- memory (proportional set size, all processes): ${memory}`;
}

function drawMemory(samples: readonly MemorySample[], note: string): string {
  const highest = Math.max(...samples.map((sample) => sample.pssBytes / 1e6));
  // The first sample's order is that of the process tree: the process that answers HTTP, then its lanes.
  const processes = Object.keys(samples[0]?.pssByProcess ?? {}).slice(0, 3);
  return renderFigure({
    title: 'Memory of the whole service over a soak',
    note,
    columns: 1,
    chartWidthPx: 760,
    chartHeightPx: 320,
    charts: [
      {
        title: 'sampled with no request under way',
        x: linearAxis('requests', 0, samples.at(-1)?.requests ?? 1),
        y: linearAxis('MB, proportional set size', 0, highest),
        series: [
          {
            name: 'all processes',
            colour: 'blue',
            kind: 'line',
            points: samples.map((sample) => [sample.requests, sample.pssBytes / 1e6]),
          },
          ...processes.map((pid, i): Series => ({
            name: i === 0 ? 'HTTP process' : `lane ${i}`,
            colour: PROCESS_COLOURS[i] ?? 'purple',
            kind: 'line',
            points: samples.flatMap((sample) => {
              const bytes = sample.pssByProcess[Number(pid)];
              return bytes === undefined ? [] : [[sample.requests, bytes / 1e6] as const];
            }),
          })),
        ],
      },
    ],
  });
}

function missedGoals(
  result: SoakResult,
  trend: MemoryTrend | undefined,
  maxGrowthMb: number,
  maxMemoryMb: number | undefined,
): MissedGoal[] {
  const missed: MissedGoal[] = [];
  if (result.serverErrors > 0) {
    missed.push({ what: 'answers of 500 or more', wanted: '0', got: String(result.serverErrors) });
  }
  for (const line of result.unexpected) missed.push({ what: 'answer', wanted: 'as in the contract', got: line });
  // The lower end: allocators keep some tens of megabytes at one sample and not at the next.
  const growthMb = trend === undefined ? undefined : trend.interval.low / 1e6;
  if (growthMb !== undefined && growthMb > maxGrowthMb) {
    missed.push({
      what: 'memory growth for each 1,000 requests',
      wanted: `<= ${maxGrowthMb} MB`,
      got: `at least ${growthMb.toFixed(1)} MB`,
    });
  }
  if (maxMemoryMb !== undefined && !(trend !== undefined && trend.medianBytes / 1e6 <= maxMemoryMb)) {
    missed.push({
      what: 'memory',
      wanted: `<= ${maxMemoryMb} MB`,
      got: trend === undefined ? 'not measured' : `${(trend.medianBytes / 1e6).toFixed(0)} MB`,
    });
  }
  return missed;
}

await runProgram(USAGE, main);
