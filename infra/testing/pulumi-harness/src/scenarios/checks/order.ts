import { succeeded } from '../../pulumi/stack.js';
import { expectFailure, expectNothingLeft } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { DELETE_UNREACHABLE } from './cluster.js';

/** The stacks destroyed the wrong way round. */
export const order: readonly Scenario[] = [
  {
    name: 'platform-first',
    what: 'a platform that is destroyed before its service stops at what the service holds; then the service can still be destroyed, and after it the rest',
    run: async ({ shelf }) => {
      const bench = await shelf.with('service');
      try {
        const [service, platform] = [await bench.stack('service'), await bench.stack('platform')];
        expectFailure(await platform.destroy(), 'the VPC link of the service is in its subnets');
        // The cluster is gone by now.
        bench.environment[DELETE_UNREACHABLE] = 'true';
        succeeded(await service.destroy());
        succeeded(await platform.destroy());
        await expectNothingLeft(bench, service);
        await expectNothingLeft(bench, platform);
        return 'stopped, then completed';
      } finally {
        await bench.close();
      }
    },
  },
];
