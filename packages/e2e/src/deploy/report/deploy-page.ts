import { describeMachine, machineLine } from '../../service/machine.js';
import type { ReportFile } from '../../terminal/report-file.js';
import { markdownTable } from '../../terminal/table.js';
import type { EngineResults, Timeline } from './engine-results.js';
import { drawGantt, minutes } from './gantt.js';

/** Seconds that were promised for `service`: those of the original. */
export const PROMISE = { up: 600, destroy: 360 } as const;

/** The page docs/benchmarks/deploy.md with its plots. */
export function deployPage({ timelines, scenarios }: EngineResults): ReportFile {
  const figures = Object.fromEntries(
    timelines.map((timeline) => [figureName(timeline), drawGantt(timeline, promiseOf(timeline))]),
  );
  return {
    name: 'deploy',
    title: 'Up and down',
    command: 'node packages/e2e/dist/deploy/report/main.js',
    text: [
      'Both Pulumi programs, run by the real engine against a cloud that has the rules of AWS and none of its machines, and the service on a real cluster. **Nothing on this page was measured on AWS.** Times on AWS are the longest path through the dependencies of the resources, with a time for each type that is public or an estimate: [infra/testing/fake-aws](../../infra/testing/fake-aws/README.md) lists them with their sources.',
      markdownTable(
        ['program', 'up', 'promised', 'destroy', 'promised'],
        (['platform', 'service'] as const).map((program) => [
          `infra/${program}`,
          ...(['up', 'destroy'] as const).flatMap((command) => {
            const timeline = timelines.find((one) => one.program === program && one.command === command);
            return [
              timeline === undefined ? '-' : minutes(timeline.seconds),
              program === 'service' ? minutes(PROMISE[command]) : '-',
            ];
          }),
        ]),
      ),
      'The platform makes an EKS control plane, which alone takes 8 to 10 minutes, so nothing is promised of it.',
      '## What holds',
      `Checked by \`npm run e2e -- pulumi\` (${machineLine(describeMachine(new Date()))}):`,
      scenarios
        .map(
          ({ name, what, outcome, note }) =>
            `- ${outcome === 'passed' ? '' : `**${outcome}:** `}**${name}**: ${what}${note === undefined ? '' : ` (${note})`}`,
        )
        .join('\n'),
      '## What the time goes to',
    ].join('\n\n'),
    figures,
  };
}

function figureName({ program, command }: Timeline): string {
  return `deploy-${program}-${command}`;
}

function promiseOf({ program, command }: Timeline): number | undefined {
  return program === 'service' ? PROMISE[command] : undefined;
}
