import { describeMachine } from '../service/machine.js';
import { canMeasureProcesses, measureTree } from '../service/processes.js';
import { Progress } from '../terminal/progress.js';
import type { Accelerator, Service, ServiceName } from './contenders.js';
import { goalsOf } from './goals.js';
import { IdleProcess } from './idle-process.js';
import { LOAD_SHARE, measureOpenLoop, type OpenLoopLoad } from './open-loop-load.js';
import { bestTrial, peerSettings, tryPeerSettings, type PeerTrial } from './peer-search.js';
import { findPeer, startPeer, type PeerProgram, type PeerSetting } from './peer.js';
import { PEER_SEARCH_PHOTOS, PORTRAIT, type Plan } from './plan.js';
import { ratiosOf } from './ratios.js';
import { RawLimit } from './raw-limit.js';
import type { BenchReport } from './report.js';
import { countMeasurements, measureRounds, type Measurement, type RawContender, type RoundsOptions } from './rounds.js';
import { lanesToTry, measureScaling } from './scaling.js';
import { prepareScenario, warmUp, type Scenario } from './scenario.js';
import { measureSecondVersion, type SecondVersion } from './second-version.js';
import { startMeasured, type Startup } from './startup.js';
import { bestThroughput, idleLatencies, summarise, type Row } from './summary.js';

/** Time of the open loop for each service. */
const OPEN_LOOP_SECONDS = 20;

/** What is measured, and with what. */
export interface BenchOptions {
  readonly plan: Plan;
  readonly lanes: number;
  readonly accelerator: Accelerator;
  readonly python: string;
  /** The model of ours, of the peer and of onnxruntime alone; and its int8 form. */
  readonly manifestPath: string;
  readonly int8ManifestPath: string;
  /** A running service; undefined to start those of this repository. */
  readonly running: Omit<Service, 'contender'> | undefined;
}

/** A service that is measured. Stopping it again does nothing. */
interface Started {
  readonly service: Service;
  readonly stop: () => Promise<void>;
  readonly startup?: Startup;
  readonly readyMs?: number;
}

/** The peer that is measured; without a program it is left out. */
interface ChosenPeer {
  readonly program: PeerProgram | undefined;
  readonly setting: PeerSetting;
  /** With its libraries, or why it is left out. */
  readonly version: string;
  readonly search: readonly PeerTrial[];
}

/**
 * Measures everything, one step after the other. What this starts is stopped again, also when a step fails.
 *
 * @throws Error when a service does not start or does not find exactly the faces that are there
 */
export async function measureBench(options: BenchOptions): Promise<BenchReport> {
  const { plan, lanes, accelerator } = options;
  const scenarios = await Promise.all(plan.photos.map((one) => prepareScenario(one.photo, one.concurrencies)));
  const portrait = await prepareScenario(PORTRAIT, []);
  // What needs the machine for itself comes first.
  const secondVersion = await secondVersionOf(options, scenarios);
  const scaling = await scalingOf(options, portrait);
  const peer = await choosePeer(options);

  const closers: (() => Promise<void>)[] = [];
  try {
    const started: Started[] = [];
    for await (const one of startServices(options, peer)) {
      closers.push(one.stop);
      started.push(one);
      console.log(`warming up ${one.service.contender}`);
      await warmUp(one.service, scenarios, one.service.contender === 'peer' ? peer.setting.workers : lanes);
    }
    const raws = startRaws(options);
    for (const { limit } of raws) closers.push(() => limit.stop());
    const idle = IdleProcess.start();
    closers.push(() => idle.stop());

    const services = started.map(({ service }) => service);
    const { rounds, seconds } = plan;
    const measurements = await measureWithProgress({
      services,
      raws,
      scenarios,
      rounds,
      idle,
      minDurationMs: 1000 * seconds,
    });
    const rows = summarise(measurements);
    const load = plan.measuresMoreThanRatios ? await loadsOf(services, portrait, rows) : [];
    for (const { limit } of raws) await limit.stop();
    const pssBytes = await memoryOf(started);

    const of = (contender: ServiceName): Started | undefined =>
      started.find(({ service }) => service.contender === contender);
    const measured = {
      ratios: ratiosOf(measurements),
      // With more faces, what comes beside the stages is lost in them.
      idle: idleLatencies(measurements).filter(({ scenario }) => isOfOneFace(scenarios, scenario)),
      load,
      eventLoopStallMs: highest(measurements.flatMap((one) => one.eventLoopStallMs ?? [])),
    };
    return {
      machine: describeMachine(new Date()),
      accelerator,
      lanes,
      rounds,
      seconds,
      goals: goalsOf(measured),
      ...measured,
      peer: {
        version: peer.version,
        setting: peer.program === undefined ? undefined : peer.setting,
        search: peer.search,
      },
      scaling,
      startup: { ours: of('ours')?.startup, int8: of('int8')?.startup },
      peerReadyMs: of('peer')?.readyMs,
      pssBytes,
      secondVersion,
      idleStallMs: highest(measurements.flatMap((one) => one.idleStallMs ?? [])) ?? 0,
      rows,
    };
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

function isOfOneFace(scenarios: readonly Scenario[], name: string): boolean {
  return scenarios.some((scenario) => scenario.name === name && scenario.photo.faces === 1);
}

function highest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

async function secondVersionOf(
  { running, plan, lanes, accelerator, manifestPath, int8ManifestPath }: BenchOptions,
  scenarios: readonly Scenario[],
): Promise<SecondVersion | undefined> {
  if (running !== undefined || !plan.measuresMoreThanRatios || !canMeasureProcesses()) return undefined;
  console.log('measuring the memory of a second version');
  return measureSecondVersion({ lanes, accelerator }, [manifestPath, int8ManifestPath], scenarios);
}

async function scalingOf(
  { running, plan, accelerator, manifestPath }: BenchOptions,
  portrait: Scenario,
): Promise<BenchReport['scaling']> {
  if (running !== undefined || !plan.measuresMoreThanRatios) return undefined;
  const lanes = lanesToTry(describeMachine(new Date()).cores);
  console.log(`measuring ours with ${lanes.join(', ')} lanes`);
  const points = await measureScaling(
    { accelerator, model: ['--model', manifestPath] },
    lanes,
    portrait,
    plan.rounds,
    1000 * plan.seconds,
  );
  return { scenario: portrait.name, points };
}

async function choosePeer({ python, manifestPath, accelerator, plan, lanes }: BenchOptions): Promise<ChosenPeer> {
  const setting = { workers: lanes, threads: 1 };
  const found = await findPeer(python, manifestPath, accelerator);
  if (found.kind === 'missing') {
    console.error(`the Python peer is left out: ${found.reason}`);
    return { program: undefined, setting, version: `left out: ${found.reason}`, search: [] };
  }
  const { program } = found;
  if (!plan.searchesPeer) return { program, setting, version: program.version, search: [] };
  const settings = peerSettings(lanes);
  console.log(`trying ${settings.length} settings of the Python peer`);
  const scenarios = await Promise.all(PEER_SEARCH_PHOTOS.map((photo) => prepareScenario(photo, [])));
  const search = await tryPeerSettings(program, settings, scenarios, Math.max(4, 2 * lanes), 1000 * plan.seconds);
  return { program, setting: bestTrial(search).setting, version: program.version, search };
}

/** Starts one service after the other, so that none disturbs the start of another. */
async function* startServices(options: BenchOptions, peer: ChosenPeer): AsyncGenerator<Started> {
  const { running, plan, lanes, accelerator } = options;
  if (running !== undefined) {
    console.error('int8 is left out: it is measured with --start');
    yield { service: { contender: 'ours', ...running }, stop: () => Promise.resolve() };
  } else {
    const models = [
      ['ours', options.manifestPath],
      ['int8', options.int8ManifestPath],
    ] as const;
    for (const [contender, manifestPath] of models) {
      console.log(`starting ${contender}, once with an empty cache and then with a warm one`);
      const model = ['--model', manifestPath] as const;
      const measured = await startMeasured({ lanes, accelerator, model }, plan.warmStarts);
      const { baseUrl, pid, metricsUrl } = measured.server;
      const service = { contender, baseUrl, pid, metricsUrl };
      yield { service, stop: () => measured.close(), startup: measured.startup };
    }
  }
  if (peer.program !== undefined) {
    console.log('starting the Python peer');
    const process = await startPeer(peer.program, peer.setting);
    const { baseUrl, pid, readyMs } = process;
    yield {
      service: { contender: 'peer', baseUrl, pid, metricsUrl: undefined },
      stop: () => process.stop(),
      readyMs,
    };
  }
}

function startRaws({ plan, manifestPath, int8ManifestPath, lanes, accelerator }: BenchOptions): RawContender[] {
  const start = (contender: RawContender['contender'], path: string): RawContender => ({
    contender,
    limit: RawLimit.start(path, lanes, accelerator),
    processes: lanes,
  });
  return [start('raw', manifestPath), ...(plan.hasRawInt8 ? [start('raw-int8', int8ManifestPath)] : [])];
}

async function measureWithProgress(options: RoundsOptions): Promise<Measurement[]> {
  const progress = new Progress({ label: 'measuring', total: countMeasurements(options) });
  const measurements = await measureRounds({ ...options, onMeasured: () => progress.advance() });
  progress.finish();
  return measurements;
}

async function loadsOf(
  services: readonly Service[],
  portrait: Scenario,
  rows: readonly Row[],
): Promise<OpenLoopLoad[]> {
  const loads: OpenLoopLoad[] = [];
  for (const service of services) {
    const { contender } = service;
    const bestPerSecond = bestThroughput(rows, contender, portrait.name);
    if (bestPerSecond === undefined) continue;
    console.log(`loading ${contender} with ${100 * LOAD_SHARE} % of its best throughput`);
    const lone = rows.find(
      (row) => row.contender === contender && row.scenario === portrait.name && row.concurrency === 1,
    );
    const idleP50Ms = lone?.latencyMs?.p50;
    loads.push(await measureOpenLoop(service, portrait, { bestPerSecond, idleP50Ms, seconds: OPEN_LOOP_SECONDS }));
  }
  return loads;
}

/** Stops one service after the other: processes that share pages, as those of Node do, are each given a part of them. */
async function memoryOf(started: readonly Started[]): Promise<BenchReport['pssBytes']> {
  const pssBytes: Partial<Record<ServiceName, number>> = {};
  for (const { service, stop } of started.toReversed()) {
    const { contender, pid } = service;
    if (pid !== undefined && canMeasureProcesses()) pssBytes[contender] = measureTree(pid).pssBytes;
    await stop();
  }
  return pssBytes;
}
