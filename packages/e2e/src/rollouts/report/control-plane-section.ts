import type { ControlPlaneReport, Result } from '../../control-plane/report.js';
import { machineLine } from '../../service/machine.js';
import { markdownTable } from '../../terminal/table.js';
import { figureText, plainText } from './figure-text.js';

/** `other-space-killed-after`: the names of both kinds of sweeps end so. */
const CRASH_POINT = /^(.*)-killed-(before|after)$/;
const SCALE = /^scale-/;

/** What was measured of the operator on an API server with a simulated node. */
export function controlPlaneSection(reports: readonly ControlPlaneReport[]): string {
  const results = reports.flatMap((report) => report.results);
  const crashPoints = results.filter(({ name }) => CRASH_POINT.test(name));
  const scale = results.filter(({ name }) => SCALE.test(name));
  const checks = results.filter((result) => !crashPoints.includes(result) && !scale.includes(result));
  return [
    '## On an API server',
    `The operator as its own process, on etcd and an API server; pods and what serves in them are simulated, so that
faults come at a chosen instant and many can be tried. Each claim is one namespace with one FaceComparison, clients that
call it, and somebody who looks at what every pod answers whenever something changes. Programs:
\`node packages/e2e/dist/control-plane/main.js checks|crash-points|scale\`.`,
    [...new Set(reports.map(({ machine }) => `- ${machineLine(machine)}`))].join('\n'),
    ...part('Killed at every write', crashPoints, crashPointTable),
    ...part('Claims', checks, checkTable),
    ...part('Many at once', scale, scaleTable),
  ].join('\n\n');
}

function part(title: string, results: readonly Result[], table: (results: readonly Result[]) => string): string[] {
  if (results.length === 0) return [];
  const failed = results.filter(({ error }) => error !== undefined);
  return [
    `### ${title}`,
    `${results.length - failed.length} of ${results.length} hold.`,
    table(results),
    ...(failed.length === 0
      ? []
      : [failed.map(({ name, error = '' }) => `- **${plainText(name)} failed**: ${plainText(error)}`).join('\n')]),
  ];
}

function crashPointTable(results: readonly Result[]): string {
  return markdownTable(
    ['upgrade', 'killed', 'outcome', 'writes of it', 'kills', 'same end', 'slowest end'],
    results.map((result) => {
      const [, journey = result.name, moment = ''] = CRASH_POINT.exec(result.name) ?? [];
      return [
        journey,
        `${moment} the write`,
        outcome(result),
        figure(result, 'writesWithoutKill'),
        figure(result, 'kills'),
        figure(result, 'sameEnd'),
        figure(result, 'slowestMs'),
      ];
    }),
  );
}

function checkTable(results: readonly Result[]): string {
  return markdownTable(
    ['claim', 'outcome', 'seconds', 'requests', 'failed', 'looks', 'mixed', 'least ready pods', 'restarts'],
    results.map((result) => [
      `${plainText(result.name)}: ${plainText(result.what)}`,
      outcome(result),
      (result.tookMs / 1000).toFixed(1),
      ...['requests', 'failed', 'looks', 'mixed', 'leastReady', 'restarts'].map((name) => figure(result, name)),
    ]),
  );
}

function scaleTable(results: readonly Result[]): string {
  return markdownTable(
    ['what', 'outcome', 'figures'],
    results.map((result) => [
      plainText(result.what),
      outcome(result),
      Object.entries(result.figures ?? {})
        .map(([name, value]) => figureText(name, value))
        .join('; '),
    ]),
  );
}

function outcome({ error }: Result): string {
  return error === undefined ? 'holds' : 'FAILED';
}

function figure({ figures }: Result, name: string): string {
  const value = figures?.[name];
  // The name of the column says what it is.
  return value === undefined ? '-' : figureText(name, value).replace(/^[^:]*: /, '');
}
