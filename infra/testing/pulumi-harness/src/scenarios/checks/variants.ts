import { succeeded } from '../../pulumi/stack.js';
import type { ProgramName } from '../../timeline/timeline.js';
import { expectNoChange } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

interface Variant {
  readonly name: string;
  readonly what: string;
  readonly program: ProgramName;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** A session as the AWS SDK finds it. The gateway of the fake account looks whether a call is signed, not by whom. */
const SESSION = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', AWS_REGION: 'eu-central-1' };

const VARIANTS: readonly Variant[] = [
  {
    name: 'platform-largest',
    what: 'three zones with a NAT each, Spot, all logs',
    program: 'platform',
    settings: { zones: 3, nat: 'per-zone', 'cpu.capacity': 'SPOT', 'gpu.capacity': 'SPOT', 'endpoints.ecr': false },
  },
  {
    name: 'platform-smallest',
    what: 'no GPUs, no endpoints for ECR',
    program: 'platform',
    settings: { 'gpu.enabled': false, 'gpu.minNodes': 0, 'endpoints.ecr': false },
  },
  {
    name: 'service-signed',
    what: 'callers sign with AWS credentials',
    program: 'service',
    settings: { 'gateway.authentication': 'AWS_IAM' },
    environment: SESSION,
  },
  {
    name: 'service-open',
    what: 'everybody may call; GPUs, no logs, no WAF, no alarms',
    program: 'service',
    settings: {
      accelerator: 'nvidia',
      'gateway.authentication': 'NONE',
      'gateway.accessLogs.enabled': false,
      'gateway.accessLogs.setAccountRole': false,
      'gateway.waf.enabled': false,
      'gateway.alarms.enabled': false,
    },
  },
];

/** Other settings than those of the other scenarios. */
export const variants: readonly Scenario[] = VARIANTS.map(({ name, what, program, settings, environment }) => ({
  name,
  isSampled: true,
  what: `${program}: up until it answers, up again without a change, and destroy, with other settings: ${what}`,
  run: async ({ shelf }) => {
    const bench = await shelf.before(program);
    try {
      Object.assign(bench.environment, environment);
      const stack = await bench.stack(program);
      await stack.configure(settings);
      if (program === 'service') {
        await stack.unset(['keys', 'clients']);
      }
      const { events } = succeeded(await stack.up());
      expectNoChange(await stack.up());
      await destroyAll(bench, program);
      return `${events.changes['create'] ?? 0} resources`;
    } finally {
      await bench.close();
    }
  },
}));
