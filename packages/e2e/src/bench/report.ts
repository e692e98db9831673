import { machineLine, type Machine } from '../service/machine.js';
import { markdownTable } from '../terminal/table.js';
import { RATIO_NAMES, RATIOS, type Accelerator, type RatioName, type ServiceName } from './contenders.js';
import { LOAD_SHARE, type OpenLoopLoad } from './open-loop-load.js';
import type { PeerTrial } from './peer-search.js';
import type { PeerSetting } from './peer.js';
import type { Ratio, Ratios, RatioTable } from './ratios.js';
import type { ScalingPoint } from './scaling.js';
import type { SecondVersion } from './second-version.js';
import type { Startup } from './startup.js';
import type { IdleLatency, Row, Spread } from './summary.js';

type ByService<T> = Readonly<Partial<Record<ServiceName, T | undefined>>>;

/** What this service is to reach, and whether it does. */
export interface Goal {
  readonly name: string;
  /** As in `>= 1.15`. */
  readonly wanted: string;
  /** Null when it was not measured, and then not met. */
  readonly got: number | null;
  readonly met: boolean;
}

/** Everything that one run measured. It is what --json writes, with names such as `idle_vs_stages`. */
export interface BenchReport {
  readonly machine: Machine;
  readonly accelerator: Accelerator;
  readonly lanes: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly goals: readonly Goal[];
  readonly ratios: Ratios;
  readonly peer: {
    /** With its libraries, or why it is left out. */
    readonly version: string;
    readonly setting: PeerSetting | undefined;
    /** Empty when its setting was not searched. */
    readonly search: readonly PeerTrial[];
  };
  readonly idle: readonly IdleLatency[];
  readonly load: readonly OpenLoopLoad[];
  readonly scaling: { readonly scenario: string; readonly points: readonly ScalingPoint[] } | undefined;
  readonly startup: ByService<Startup>;
  /** From the start of the peer's process to its first answer. */
  readonly peerReadyMs: number | undefined;
  /** Proportional set size of each service with all its processes, after the last round. */
  readonly pssBytes: ByService<number>;
  readonly secondVersion: SecondVersion | undefined;
  /** Longest stall of the event loop of ours or int8 under any load. */
  readonly eventLoopStallMs: number | undefined;
  /** Longest stall of a process that did nothing at the same time: what the machine's other work adds. */
  readonly idleStallMs: number;
  readonly rows: readonly Row[];
}

/** The report as Markdown, as docs/benchmarks shows it. */
export function formatBench(report: BenchReport): string {
  const { peer } = report;
  const setting = peer.setting === undefined ? '' : `; ${settingName(peer.setting)}`;
  return [
    [
      `- ${machineLine(report.machine)}`,
      `- ${report.lanes} lanes${report.accelerator === 'none' ? '' : ` on ${report.accelerator}`}; ${report.rounds} rounds, contenders in turn; median (slowest to fastest round).`,
      `- peer: ${peer.version}${setting}`,
    ].join('\n'),
    '## Goals',
    goalTable(report.goals),
    '## Ratios',
    'Throughput of the first divided by that of the second, each at the concurrency at which it is best; above 1 is in favour of the first:',
    ratioTable(report.ratios, (ratio) => ratio),
    'CPU time of a request, over all processes: of the second divided by that of the first:',
    ratioTable(report.ratios, (ratio) => ratio.cpu),
    ...(report.idle.length === 0
      ? []
      : [
          '## Latency of a lone request',
          'Beside the sum of the stages that the service names in its answers:',
          idleTable(report.idle),
        ]),
    ...(report.load.length === 0
      ? []
      : [
          `## Latency at ${100 * LOAD_SHARE} % load`,
          'Requests come at random, whether or not those before them are answered; latency counts from when they were to be sent:',
          loadTable(report.load),
        ]),
    ...(report.scaling === undefined
      ? []
      : ['## Lanes', `${report.scaling.scenario}, ours:`, scalingTable(report.scaling.points)]),
    '## Start and memory',
    startAndMemory(report),
    ...(peer.search.length === 0
      ? []
      : [
          '## Settings of the peer',
          'Requests a second; the best mean is the peer of this run:',
          searchTable(peer.search),
        ]),
    '## All measurements',
    rowTable(report.rows),
  ].join('\n\n');
}

function goalTable(goals: readonly Goal[]): string {
  return markdownTable(
    ['goal', 'wanted', 'got', 'result'],
    goals.map(({ name, wanted, got, met }) => [
      name,
      wanted,
      got === null ? '-' : fixed(got),
      met ? 'met' : got === null ? 'not measured' : '**missed**',
    ]),
  );
}

/** As in `ours / peer`. */
export function ratioLabel(name: RatioName): string {
  const { of, to } = RATIOS[name];
  return `${of} / ${to}`;
}

function ratioTable(ratios: Ratios, tableOf: (ratio: Ratio) => RatioTable | undefined): string {
  const tables = RATIO_NAMES.map((name) => {
    const ratio = ratios[name];
    return ratio === undefined ? undefined : tableOf(ratio);
  });
  const photos = [...new Set(tables.flatMap((table) => Object.keys(table?.byPhoto ?? {})))];
  return markdownTable(
    ['photo', ...RATIO_NAMES.map(ratioLabel)],
    [
      ...photos.map((photo) => [photo, ...tables.map((table) => range(table?.byPhoto[photo]))]),
      ['geometric mean', ...tables.map((table) => fixed(table?.geometricMean))],
      ['lowest', ...tables.map((table) => fixed(table?.lowest))],
    ],
  );
}

function idleTable(idle: readonly IdleLatency[]): string {
  return markdownTable(
    ['who', 'photo', 'p50 ms', 'stages ms', 'ratio'],
    idle.map((one) => [
      one.contender,
      one.scenario,
      one.p50Ms.toFixed(1),
      one.stagesMs.toFixed(1),
      fixed(one.idleVsStages),
    ]),
  );
}

function loadTable(load: readonly OpenLoopLoad[]): string {
  return markdownTable(
    ['who', 'photo', 'requests/s', 'requests', 'failed', 'p50 ms', 'p99 ms', 'p99 / p50', 'p99 / lone p50'],
    load.map((one) => [
      one.contender,
      one.scenario,
      fixed(one.requestsPerSecond),
      String(one.requests),
      String(one.failures),
      milliseconds(one.p50Ms),
      milliseconds(one.p99Ms),
      fixed(one.p99VsP50),
      fixed(one.p99VsIdleP50),
    ]),
  );
}

function scalingTable(scaling: readonly ScalingPoint[]): string {
  return markdownTable(
    ['lanes', 'requests/s', 'times one lane'],
    scaling.map(({ lanes, requestsPerSecond, timesOneLane }) => [
      String(lanes),
      range(requestsPerSecond),
      fixed(timesOneLane),
    ]),
  );
}

function startAndMemory(report: BenchReport): string {
  const { startup, pssBytes, secondVersion } = report;
  const row = (who: ServiceName): readonly string[] => [
    who,
    milliseconds(startup[who]?.coldMs),
    who === 'peer' ? milliseconds(report.peerReadyMs) : milliseconds(startup[who]?.warmMs),
    milliseconds(startup[who]?.warmCpuMs),
    megabytes(pssBytes[who]),
  ];
  const second =
    secondVersion === undefined
      ? []
      : [
          `A second version beside the first (int8 beside ours) takes ${megabytes(secondVersion.addedBytes)} more than the ${megabytes(secondVersion.oneBytes)} of one: ${fixed(secondVersion.addedVsBundle)} times the files of its bundle (${megabytes(secondVersion.bundleBytes)})${secondVersion.addedVsMapped === undefined ? '' : `, ${fixed(secondVersion.addedVsMapped)} times what it maps (${megabytes(secondVersion.mappedBytes)})`}.`,
        ];
  const stall =
    report.eventLoopStallMs === undefined ? 'not exported by this server' : `${report.eventLoopStallMs.toFixed(1)} ms`;
  return [
    markdownTable(
      ['who', 'ready ms, cold cache', 'ready ms, warm', 'CPU ms, warm', 'memory'],
      (['ours', 'int8', 'peer'] as const).map(row),
    ),
    'Memory is the proportional set size of all processes, after the last round.',
    ...second,
    `Longest stall of the event loop under load: ${stall}; of a process that did nothing meanwhile: ${report.idleStallMs.toFixed(1)} ms.`,
  ].join('\n\n');
}

function searchTable(search: readonly PeerTrial[]): string {
  const photos = Object.keys(search[0]?.byPhoto ?? {});
  return markdownTable(
    ['setting', ...photos, 'geometric mean'],
    search.map(({ setting, byPhoto, geometricMean }) => [
      settingName(setting),
      ...photos.map((photo) => fixed(byPhoto[photo])),
      fixed(geometricMean),
    ]),
  );
}

// infra/costs reads rows of this table: the photo, who, at a time, requests/s.
function rowTable(rows: readonly Row[]): string {
  const hasRequests = ({ latencyMs }: Row): boolean => latencyMs !== undefined;
  return markdownTable(
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
    rows.map((row) => [
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
      hasRequests(row) ? String(row.requests) : '-',
      hasRequests(row) ? String(row.failures) : '-',
    ]),
  );
}

function settingName({ workers, threads }: PeerSetting): string {
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  return `${count(workers, 'worker')} of ${count(threads, 'thread')}`;
}

function range(spread: Spread | undefined): string {
  if (spread === undefined) return '-';
  const { median, min, max } = spread;
  return min === max ? fixed(median) : `${fixed(median)} (${fixed(min)} to ${fixed(max)})`;
}

function fixed(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(value < 10 ? 2 : 1);
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(0);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '-' : `${(bytes / 1e6).toFixed(0)} MB`;
}
