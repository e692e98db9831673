import { succeeded } from '../../pulumi/stack.js';
import { expect, expectFailure, expectNothingLeft } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

/** Set by users whose cluster is gone for good; docs/guides/destroy.md. */
export const DELETE_UNREACHABLE = 'PULUMI_K8S_DELETE_UNREACHABLE';

/** Destroys without a cluster to speak to. */
export const clusters: readonly Scenario[] = [
  {
    name: 'unreachable-cluster',
    what: 'destroy with a cluster that cannot be reached says so and changes nothing in it; reachable again, destroy leaves nothing',
    run: async ({ shelf }) => {
      const bench = await shelf.with('service');
      try {
        const service = await bench.stack('service');
        bench.world.kubernetes.cutNetwork();
        const refused = await service.destroy();
        expectFailure(refused, 'the cluster cannot be reached');
        expect(/unreachable/.test(refused.output), 'the word "unreachable" in the output', refused.output);
        bench.world.kubernetes.restoreNetwork();
        await destroyAll(bench, 'service');
        return 'refused, then completed';
      } finally {
        await bench.close();
      }
    },
  },
  {
    name: 'lost-cluster',
    what: `with a cluster that is gone for good, ${DELETE_UNREACHABLE}=true takes the rest away`,
    run: async ({ shelf }) => {
      const bench = await shelf.with('service');
      try {
        const [service, platform] = [await bench.stack('service'), await bench.stack('platform')];
        bench.world.kubernetes.cutNetwork();
        expectFailure(await service.destroy(), 'the cluster cannot be reached');
        bench.environment[DELETE_UNREACHABLE] = 'true';
        succeeded(await service.destroy());
        succeeded(await platform.destroy());
        await expectNothingLeft(bench, service);
        await expectNothingLeft(bench, platform);
        return 'both stacks gone';
      } finally {
        await bench.close();
      }
    },
  },
];
