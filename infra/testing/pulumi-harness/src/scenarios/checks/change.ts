import { changingSteps } from '../../pulumi/event-log.js';
import { succeeded } from '../../pulumi/stack.js';
import type { ProgramName } from '../../timeline/timeline.js';
import { describeSteps, expect } from '../expect.js';
import type { Scenario } from '../scenario.js';

/** A change of one setting, and all that it may change: `operation type name`. */
interface Change {
  readonly program: ProgramName;
  readonly setting: Readonly<Record<string, unknown>>;
  readonly steps: readonly string[];
}

const CHANGES: readonly Change[] = [
  {
    program: 'platform',
    setting: { 'gpu.maxNodes': 3 },
    steps: ['update aws:eks/nodeGroup:NodeGroup face-comparison-gpu'],
  },
  {
    program: 'platform',
    setting: { 'logs.retentionDays': 60 },
    steps: ['update aws:cloudwatch/logGroup:LogGroup face-comparison-cluster'],
  },
  {
    program: 'service',
    setting: { replicas: 3 },
    steps: ['update kubernetes:face-comparison.dev/v1alpha1:FaceComparison face-comparison'],
  },
  {
    program: 'service',
    setting: { 'gateway.throttling.requestsPerSecond': 80 },
    // A client without limits of its own has those of all.
    steps: [
      'update aws:apigateway/methodSettings:MethodSettings faces',
      'update aws:apigateway/usagePlan:UsagePlan faces-kiosk',
    ],
  },
];

/** The least that a change of a setting can do. */
export const changes: readonly Scenario[] = (['platform', 'service'] as const).map((program) => ({
  name: `${program}-change`,
  what: `${program}: a change of one setting changes what it is about and nothing else`,
  run: async ({ shelf }) => {
    const bench = await shelf.with(program);
    try {
      const stack = await bench.stack(program);
      const seen: string[] = [];
      for (const { setting, steps } of CHANGES.filter((change) => change.program === program)) {
        await stack.configure(setting);
        const { events } = succeeded(await stack.up());
        const done = changingSteps(events)
          .map(({ op, type, urn }) => `${op} ${type} ${urn.split('::').at(-1) ?? ''}`)
          .toSorted();
        expect(
          done.join('; ') === steps.join('; '),
          `${JSON.stringify(setting)} to do ${steps.join('; ')}`,
          describeSteps(events),
        );
        seen.push(Object.keys(setting).join());
      }
      return seen.join(', ');
    } finally {
      await bench.close();
    }
  },
}));
