import { changingSteps } from '../../pulumi/event-log.js';
import { succeeded, type Stack } from '../../pulumi/stack.js';
import type { ProgramName } from '../../timeline/timeline.js';
import type { Bench } from '../bench.js';
import { expect, expectNoChange, expectNothingLeft } from '../expect.js';
import type { Scenario } from '../scenario.js';

/** What everybody does with a stack, from the first preview to the end. */
export const life: readonly Scenario[] = (['platform', 'service'] as const).map((program) => ({
  name: `${program}-life`,
  what: `${program}: preview touches nothing, up makes what was previewed, up again and refresh find nothing to do, destroy leaves nothing`,
  run: async ({ shelf }) => {
    const previewed = await preview(await shelf.before(program), program);
    const { up, state } = await shelf.ready(program);
    const made = changingSteps(up.events).map(({ urn }) => urn);
    const missed = made.filter((urn) => !previewed.has(urn));
    expect(missed.length === 0, 'a preview of all that is made', `none of ${missed.join(', ')}`);

    const bench = await shelf.with(program);
    try {
      const stack = await bench.stack(program);
      expectNoChange(await stack.up());
      expectNoChange(await stack.refresh());
      // What a refresh wrote into the state must not make work either.
      expectNoChange(await stack.up());
      await destroyAll(bench, program);
      return `${state.resources.length} resources`;
    } finally {
      await bench.close();
    }
  },
}));

async function preview(bench: Bench, program: ProgramName): Promise<Set<string>> {
  try {
    const before = bench.world.existing().length;
    const outcome = succeeded(await (await bench.stack(program)).preview());
    const after = bench.world.existing().length;
    expect(after === before, 'a preview to make nothing', `${after - before} more in the account`);
    return new Set(changingSteps(outcome.events).map(({ urn }) => urn));
  } finally {
    await bench.close();
  }
}

/** Destroys a program, then what it builds on, and looks whether the account is empty. */
export async function destroyAll(bench: Bench, program: ProgramName): Promise<void> {
  const stack: Stack = await bench.stack(program);
  succeeded(await stack.destroy());
  const { resources } = await stack.state();
  expect(resources.length === 0, 'an empty state', resources.map(({ urn }) => urn).join(', '));
  if (program === 'service') succeeded(await (await bench.stack('platform')).destroy());
  await expectNothingLeft(bench, await bench.stack('platform'));
}
