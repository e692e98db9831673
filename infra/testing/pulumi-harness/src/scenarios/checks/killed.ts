import { changingSteps } from '../../pulumi/event-log.js';
import { succeeded } from '../../pulumi/stack.js';
import { signalAt } from '../at-operation.js';
import { expect } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

/** The CLI ends without a word, as when its machine dies. */
export const killed: readonly Scenario[] = [
  {
    name: 'killed-destroy',
    what: 'platform: after a kill -9 in the middle of destroy, pulumi cancel and destroy again leave nothing',
    run: async ({ shelf }) => {
      const bench = await shelf.with('platform');
      try {
        const stack = await bench.stack('platform');
        const done = await signalAt(20, bench, (kill) => stack.destroy({ kill }));
        await stack.cancel();
        await destroyAll(bench, 'platform');
        return `killed after ${done} operations`;
      } finally {
        await bench.close();
      }
    },
  },
  {
    name: 'killed-up',
    what: 'platform: after a kill -9 in the middle of up, the state has all that was made, or names it as an operation whose end it does not know',
    run: async ({ shelf }) => {
      const bench = await shelf.before('platform');
      try {
        const stack = await bench.stack('platform');
        const done = await signalAt(20, bench, (kill) => stack.up({ kill }));
        await stack.cancel();
        const { resources, pendingOperations } = await stack.state();
        const known = new Set([
          ...resources.map(({ urn }) => urn),
          ...pendingOperations.map((operation) => operation.split(' ')[1]),
        ]);
        const made = bench.world.leftovers().filter(({ madeBy }) => madeBy === 'program');
        const lost = made.filter(({ origin }) => !known.has(origin)).map(({ row, id }) => `${row} ${id}`);
        expect(lost.length === 0, 'a state that knows of all that was made', `one that does not of ${lost.join(', ')}`);
        const preview = succeeded(await stack.preview());
        expect(changingSteps(preview.events).length > 0, 'a preview of the rest', 'nothing to do');
        return `killed after ${done} operations, with ${pendingOperations.length} under way`;
      } finally {
        await bench.close();
      }
    },
  },
];
