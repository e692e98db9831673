import { succeeded, type Stack } from '../../pulumi/stack.js';
import type { ProgramName } from '../../timeline/timeline.js';
import type { Bench } from '../bench.js';
import { forEachConcurrently } from '../concurrency.js';
import { expect, expectFailure, expectFaultsFired, expectNothingLeft, inventory } from '../expect.js';
import { samplePoints } from '../sample.js';
import type { Context, Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

/** Two cores; each run of the CLI keeps one busy. */
const AT_ONCE = 2;

/** Each operation fails once: then the same command again completes it. */
export const sweeps: readonly Scenario[] = (['platform', 'service'] as const).flatMap((program) => [
  {
    name: `${program}-failed-up`,
    isSampled: true,
    what: `${program}: whatever operation of up fails, up again completes it, makes nothing twice, and destroy leaves nothing`,
    run: async (context: Context) => {
      const { bench: reference, operations } = await context.shelf.ready(program);
      const wanted = inventory(reference);
      const samples = samplePoints(operations, context.seed);
      await forEachConcurrently(samples, AT_ONCE, async (nth) => {
        const bench = await context.shelf.before(program);
        await at(nth, operations, bench, async () => {
          const stack = await bench.stack(program);
          await failOnce(bench, nth, () => stack.up());
          succeeded(await stack.up());
          expect(
            inventory(bench) === wanted,
            `the account of an up without a failure:\n${wanted}\n`,
            `\n${inventory(bench)}`,
          );
          await destroyAll(bench, program);
        });
      });
      return `${samples.length} of ${operations} operations made to fail`;
    },
  },
  {
    name: `${program}-failed-destroy`,
    isSampled: true,
    what: `${program}: whatever operation of destroy fails, destroy again leaves nothing`,
    run: async (context: Context) => {
      const operations = await operationsOfDestroy(context, program);
      const samples = samplePoints(operations, context.seed);
      await forEachConcurrently(samples, AT_ONCE, async (nth) => {
        const bench = await context.shelf.with(program);
        await at(nth, operations, bench, async () => {
          const stack = await bench.stack(program);
          await failOnce(bench, nth, () => stack.destroy());
          await destroyAll(bench, program);
        });
      });
      return `${samples.length} of ${operations} operations made to fail`;
    },
  },
]);

async function failOnce(bench: Bench, nth: number, run: () => ReturnType<Stack['up']>): Promise<void> {
  bench.world.failNth(nth);
  expectFailure(await run(), `operation ${nth} of it fails`);
  expectFaultsFired(bench);
  bench.world.faults.clear();
}

async function operationsOfDestroy({ shelf }: Context, program: ProgramName): Promise<number> {
  const bench = await shelf.with(program);
  try {
    const before = bench.world.spans.length;
    const stack = await bench.stack(program);
    succeeded(await stack.destroy());
    const operations = bench.world.spans.length - before;
    if (program === 'platform') await expectNothingLeft(bench, stack);
    return operations;
  } finally {
    await bench.close();
  }
}

/** Says which operation it was when something is wrong, and closes the bench. */
async function at(nth: number, operations: number, bench: Bench, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`after a failure of operation ${nth} of ${operations}: ${message}`, { cause: error });
  } finally {
    await bench.close();
  }
}
