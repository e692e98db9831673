import { markdownTable } from '../../terminal/table.js';
import { podAppearances } from '../analysis/appearances.js';
import { summarisePhases } from '../analysis/phases.js';
import { isUnavailable } from '../analysis/pinned.js';
import { summariseTraffic, type TrafficSummary } from '../analysis/traffic.js';
import type { ScenarioRun } from '../run-record.js';
import { figureText, plainText } from './figure-text.js';

/** A row for each scenario: whether it holds, and what came of all its requests. */
export function scenarioTable(runs: readonly ScenarioRun[]): string {
  return markdownTable(
    ['scenario', 'outcome', 'seconds', 'requests', 'failed', 'pinned', 'pinned failed', 'p50 ms', 'p95 ms'],
    runs.map((run) => {
      const service = trafficOf(run, 'service');
      const pinned = trafficOf(run, 'pin');
      return [
        run.name,
        run.error === undefined ? 'holds' : 'FAILED',
        seconds(run, run.endedMs),
        String(service.requests),
        String(service.failures),
        String(pinned.requests),
        String(pinned.failures),
        ...latencyCells(service),
      ];
    }),
  );
}

/** Everything about one scenario, with its timeline. */
export function scenarioSection(run: ScenarioRun, timeline: string): string {
  const failed = [trafficOf(run, 'service'), trafficOf(run, 'pin')].flatMap(({ failureCodes }) =>
    Object.entries(failureCodes).map(([code, count]) => `${count} x ${plainText(code)}`),
  );
  const points = [
    ...Object.entries(run.figures).map(([name, value]) => `- ${figureText(name, value)}`),
    ...(failed.length === 0 ? [] : [`- what failed: ${failed.join(', ')}`]),
  ];
  return [
    `### ${plainText(run.name)}`,
    `${capital(plainText(run.what))}.`,
    ...(run.error === undefined ? [] : [`**Failed**: ${plainText(run.error)}`]),
    ...(points.length === 0 ? [] : [points.join('\n')]),
    `![who answered over time](${timeline}.svg)`,
    phaseTable(run),
    ...podTable(run),
  ].join('\n\n');
}

function phaseTable(run: ScenarioRun): string {
  const phases = summarisePhases(run, isUnavailable);
  const versions = [...new Set(phases.flatMap(({ service }) => service.versions.map(({ version }) => version)))];
  return markdownTable(
    [
      'from',
      'at s',
      'requests',
      'failed',
      'p50 ms',
      'p95 ms',
      ...versions.map((version) => `${plainText(version)}: clients, requests`),
      'clients of several',
      'pinned',
      'pinned failed',
      'not loaded',
    ],
    phases.map(({ label, fromMs, service, pinned }) => [
      plainText(label),
      seconds(run, fromMs),
      String(service.requests),
      String(service.failures),
      ...latencyCells(service),
      ...versions.map((version) => {
        const share = service.versions.find((one) => one.version === version);
        return share === undefined ? '-' : `${percent(share.clientShare)}, ${percent(share.requestShare)}`;
      }),
      String(service.clientsOfSeveral),
      String(pinned.requests),
      String(pinned.failures),
      String(pinned.refused),
    ]),
  );
}

/** When each pod that was asked directly gave its first and its last answer of each version; nothing when none was. */
function podTable(run: ScenarioRun): string[] {
  const rows = [...podAppearances(run.records)].flatMap(([pod, { versions }]) =>
    versions.map(({ name, answers, firstMs, lastMs }) => [
      pod,
      plainText(name),
      seconds(run, firstMs, 2),
      seconds(run, lastMs, 2),
      String(answers),
    ]),
  );
  return rows.length === 0 ? [] : [markdownTable(['pod', 'version', 'first at s', 'last at s', 'answers'], rows)];
}

function trafficOf(run: ScenarioRun, wanted: 'service' | 'pin'): TrafficSummary {
  return summariseTraffic(
    run.records.filter(({ route }) => route === wanted),
    isUnavailable,
  );
}

function latencyCells({ latency }: TrafficSummary): string[] {
  return latency === undefined ? ['-', '-'] : [latency.medianMs.toFixed(0), latency.p95Ms.toFixed(0)];
}

function seconds(run: ScenarioRun, atMs: number, digits = 1): string {
  return ((atMs - run.startedMs) / 1000).toFixed(digits);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
