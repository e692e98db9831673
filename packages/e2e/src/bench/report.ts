import { machineLine, type Machine } from '../service/machine.js';
import { geometricMean } from '../statistics/summary.js';
import { markdownTable } from '../terminal/table.js';
import type { Ratios, Row, Spread } from './summary.js';
import type { Startup } from './startup.js';

export interface BenchReport {
  readonly machine: Machine;
  readonly lanes: number;
  readonly rounds: number;
  readonly peer: string;
  readonly rows: readonly Row[];
  readonly ratios: { readonly peer: Ratios | undefined; readonly raw: Ratios | undefined };
  readonly startup: Startup | undefined;
  /** Proportional set size of each service with all its processes, after the last round. */
  readonly pssBytes: { readonly ours: number | undefined; readonly peer: number | undefined };
  /** Longest stall of our event loop under any load. */
  readonly eventLoopStallMs: number | undefined;
  /** Longest stall of a process that did nothing at the same time: what the machine's other work adds. */
  readonly idleStallMs: number;
}

/** The report as Markdown, as docs/benchmarks shows it. */
export function formatBench(report: BenchReport): string {
  const table = markdownTable(
    [
      'photo',
      'who',
      'at a time',
      'requests/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'CPU ms',
      'stall ms (idle)',
      'requests',
      'failed',
    ],
    report.rows.map((row) => [
      row.scenario,
      row.contender,
      String(row.concurrency),
      range(row.requestsPerSecond),
      milliseconds(row.latencyMs?.p50),
      milliseconds(row.latencyMs?.p95),
      milliseconds(row.latencyMs?.p99),
      milliseconds(row.cpuMsPerRequest),
      row.eventLoopStallMs === undefined
        ? '-'
        : `${milliseconds(row.eventLoopStallMs)} (${milliseconds(row.idleStallMs)})`,
      row.contender === 'raw' ? '-' : String(row.requests),
      row.contender === 'raw' ? '-' : String(row.failures),
    ]),
  );
  const scenarios = [...new Set(report.rows.map((row) => row.scenario))];
  const ratioOf = (ratios: Ratios | undefined, scenario: string): string => {
    const ratio = ratios?.byScenario.find((one) => one.scenario === scenario)?.ratio;
    return ratio === undefined ? '-' : range(ratio);
  };
  const cpuOf = (ratios: Ratios | undefined, scenario: string): string =>
    fixed(ratios?.cpuByScenario.find((one) => one.scenario === scenario)?.ratio);
  const ratios = markdownTable(
    ['photo', 'ours / peer', 'ours / raw limit', 'CPU: peer / ours', 'CPU: raw limit / ours'],
    [
      ...scenarios.map((scenario) => [
        scenario,
        ratioOf(report.ratios.peer, scenario),
        ratioOf(report.ratios.raw, scenario),
        cpuOf(report.ratios.peer, scenario),
        cpuOf(report.ratios.raw, scenario),
      ]),
      [
        'geometric mean',
        fixed(report.ratios.peer?.geometricMean),
        fixed(report.ratios.raw?.geometricMean),
        cpuMean(report.ratios.peer),
        cpuMean(report.ratios.raw),
      ],
    ],
  );
  const { startup, pssBytes } = report;
  return `
- ${machineLine(report.machine)}
- ${report.lanes} lanes; ${report.rounds} rounds, contenders in turn; median (slowest to fastest round).
- peer: ${report.peer}

${table}

Best throughput of each at any concurrency, and CPU time of a request over all processes; above 1 is in our favour:

${ratios}

- ready after start: ${startup === undefined ? 'not measured (needs --start)' : `${Math.round(startup.coldMs)} ms with an empty cache, ${Math.round(startup.warmMs)} ms with a warm one (${milliseconds(startup.warmCpuMs)} ms of CPU time)`}
- memory (proportional set size, all processes): ours ${megabytes(pssBytes.ours)}, peer ${megabytes(pssBytes.peer)}
- longest stall of the event loop under load: ${report.eventLoopStallMs === undefined ? 'not exported by this server' : `${report.eventLoopStallMs.toFixed(1)} ms`}; of a process that did nothing meanwhile: ${report.idleStallMs.toFixed(1)} ms`.trim();
}

function cpuMean(ratios: Ratios | undefined): string {
  if (ratios === undefined || ratios.cpuByScenario.length === 0) return '-';
  return fixed(geometricMean(ratios.cpuByScenario.map(({ ratio }) => ratio)));
}

function range({ median, min, max }: Spread): string {
  return min === max ? fixed(median) : `${fixed(median)} (${fixed(min)} to ${fixed(max)})`;
}

function fixed(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(value < 10 ? 2 : 1);
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(0);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'not measured' : `${(bytes / 1e6).toFixed(0)} MB`;
}
