import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlaneReport } from '../../control-plane/report.js';
import { describeMachine, machineLine, type Machine } from '../../service/machine.js';
import type { ScenarioRun } from '../run-record.js';
import { controlPlaneSection } from './control-plane-section.js';
import { scenarioSection, scenarioTable } from './scenario-section.js';
import { drawTimeline } from './timeline.js';

/**
 * Writes rollouts.md and a timeline for each run into a folder, and tells so.
 *
 * @param controlPlane what the programs of the control-plane level measured; undefined leaves that part out
 * @param machine what the runs were measured on: this machine, unless given
 */
export async function writeRolloutsReport(
  runs: readonly ScenarioRun[],
  controlPlane: readonly ControlPlaneReport[] | undefined,
  folder: string,
  machine: Machine = describeMachine(new Date(runs.at(-1)?.endedMs ?? Date.now())),
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = new Map(runs.map((run) => [`${timelineName(run)}.svg`, drawTimeline(run, machineLine(machine))]));
  files.set('rollouts.md', `${rolloutsPage(runs, controlPlane, machine)}\n`);
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  console.log(`\nwritten: ${[...files.keys()].map((name) => join(folder, name)).join(', ')}`);
}

function rolloutsPage(
  runs: readonly ScenarioRun[],
  controlPlane: readonly ControlPlaneReport[] | undefined,
  machine: Machine,
): string {
  return [
    '# Rollouts',
    'Written by `node packages/e2e/dist/rollouts/report/main.js`; see [README.md](README.md) for what the figures mean.',
    ...(runs.length === 0 ? [] : [clusterPart(runs, machine)]),
    ...(controlPlane === undefined ? [] : [controlPlaneSection(controlPlane)]),
  ].join('\n\n');
}

function clusterPart(runs: readonly ScenarioRun[], machine: Machine): string {
  const failed = runs.filter(({ error }) => error !== undefined).length;
  return [
    '## On a cluster',
    `The operator, the service and its models as they are installed, on a Kubernetes node of this repository, while a driver
in the cluster sends photos. It begins requests at a fixed rate, whether or not earlier ones have been answered, each on
a connection of its own. Some of its clients insist on a version (pinned); and it asks each pod directly, which counts
for the times of pods only.

- Program: \`node packages/e2e/dist/rollouts/main.js\`
- ${machineLine(machine)}
- Failed: no answer, 500 or more, or an answer of 4xx; of pinned requests not that the version is not loaded, which is
  counted by itself. A share of clients is of those that got an answer; a client of several got answers of more than one
  version within the phase.
- Latency is that of answers through the Service, at the client.`,
    `${runs.length - failed} of ${runs.length} scenarios hold.`,
    scenarioTable(runs),
    ...runs.map((run) => scenarioSection(run, timelineName(run))),
  ].join('\n\n');
}

function timelineName({ name }: ScenarioRun): string {
  return `rollouts-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
}
