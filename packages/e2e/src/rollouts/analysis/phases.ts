import type { DriverRecord } from '../driver/protocol.js';
import type { ScenarioRun } from '../run-record.js';
import { between, type Expected } from './outcome.js';
import { summariseTraffic, type TrafficSummary } from './traffic.js';

/** From one mark of a scenario to the next. */
export interface Phase {
  /** The mark that it begins with; `start` before the first. */
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What came of the requests that were sent in a phase. */
export interface PhaseSummary extends Phase {
  /** Through the Service, by clients that insist on no version. */
  readonly service: TrafficSummary;
  /** Through the Service, by clients that insist on a version. */
  readonly pinned: TrafficSummary;
}

/** The phases of a run, from its start to its end, without empty ones. */
export function phasesOf({ startedMs, endedMs, marks }: Pick<ScenarioRun, 'startedMs' | 'endedMs' | 'marks'>): Phase[] {
  const begun = [{ atMs: startedMs, label: 'start' }, ...marks.toSorted((a, b) => a.atMs - b.atMs)];
  return begun
    .map(({ atMs, label }, i) => ({ label, fromMs: atMs, toMs: begun[i + 1]?.atMs ?? endedMs }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** What came of the requests of each phase; a request belongs to the phase in which it was sent. */
export function summarisePhases(run: ScenarioRun, expected?: Expected): PhaseSummary[] {
  return phasesOf(run).map((phase) => {
    const records = between(run.records, phase.fromMs, phase.toMs);
    const of = (route: DriverRecord['route']): TrafficSummary =>
      summariseTraffic(
        records.filter((record) => record.route === route),
        expected,
      );
    return { ...phase, service: of('service'), pinned: of('pin') };
  });
}
