import { succeeded, type Stack } from '../../pulumi/stack.js';
import { signalAt } from '../at-operation.js';
import { expect, expectFailure, inventory } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

/** Ctrl-C when about half of the work is done. */
export const interrupts: readonly Scenario[] = (['platform', 'service'] as const).flatMap((program) => [
  {
    name: `${program}-interrupted-up`,
    isSampled: true,
    what: `${program}: after Ctrl-C in the middle of up, refresh and up again complete it, and destroy leaves nothing`,
    run: async ({ shelf }) => {
      const { bench: reference, operations } = await shelf.ready(program);
      const bench = await shelf.before(program);
      try {
        const stack = await bench.stack(program);
        const done = await signalAt(operations / 2, bench, async (interrupt) => {
          expectFailure(await stack.up({ interrupt }), 'it was interrupted');
        });
        await expectUnlocked(stack);
        succeeded(await stack.up());
        const wanted = inventory(reference);
        expect(
          inventory(bench) === wanted,
          `the account of an up without a pause:\n${wanted}\n`,
          `\n${inventory(bench)}`,
        );
        await destroyAll(bench, program);
        return `interrupted after ${done} of ${operations} operations`;
      } finally {
        await bench.close();
      }
    },
  },
  {
    name: `${program}-interrupted-destroy`,
    isSampled: true,
    what: `${program}: after Ctrl-C in the middle of destroy, destroy again leaves nothing`,
    run: async ({ shelf }) => {
      const bench = await shelf.with(program);
      try {
        const stack = await bench.stack(program);
        const { resources } = await stack.state();
        // The CLI may call this a success, with most of it still there; only the state tells.
        const done = await signalAt(resources.length / 3, bench, (interrupt) => stack.destroy({ interrupt }));
        expect((await stack.state()).resources.length > 0, 'a destroy that was interrupted', 'an empty state');
        await expectUnlocked(stack);
        await destroyAll(bench, program);
        return `interrupted after ${done} operations`;
      } finally {
        await bench.close();
      }
    },
  },
]);

/** After one Ctrl-C nothing has to be cancelled by hand, and what the state says is what there is. */
async function expectUnlocked(stack: Stack): Promise<void> {
  succeeded(await stack.refresh());
}
