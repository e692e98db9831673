import { succeeded } from '../../pulumi/stack.js';
import { expect, expectFailure, inventory } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

/** A session that ends between up and destroy, or in the middle of destroy. */
export const credentials: readonly Scenario[] = [
  {
    name: 'expired-credentials',
    what: 'with credentials that have expired nothing is changed and the error says so; with new ones destroy leaves nothing',
    run: async ({ shelf }) => {
      const bench = await shelf.with('service');
      try {
        const [service, platform] = [await bench.stack('service'), await bench.stack('platform')];
        const before = inventory(bench);
        bench.world.credentials.expire();
        const refused = await service.destroy();
        expectFailure(refused, 'the credentials have expired');
        expect(/expired/i.test(refused.output), 'the word "expired" in the output', refused.output);
        expect(inventory(bench) === before, 'nothing to change', inventory(bench));

        bench.world.credentials.renew();
        succeeded(await service.destroy());
        // In the middle of the nine minutes that the node groups and the cluster take.
        bench.world.credentials.expireIn(300);
        expectFailure(await platform.destroy(), 'the credentials expire on the way');
        bench.world.credentials.renew();
        await destroyAll(bench, 'platform');
        return 'refused before, and stopped in the middle';
      } finally {
        await bench.close();
      }
    },
  },
];
