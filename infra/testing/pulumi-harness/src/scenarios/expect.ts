import { changeCount, changingSteps, type EventLog } from '../pulumi/event-log.js';
import { succeeded, type Outcome, type Stack } from '../pulumi/stack.js';
import type { Bench } from './bench.js';

/** The value of the tag Project on everything that the programs make. */
const TAG = 'face-comparison';

/** @throws Error with what was expected and what came */
export function expect(holds: boolean, expected: string, got: string): void {
  if (!holds) throw new Error(`expected ${expected}, got ${got}`);
}

/** A run that succeeded and changed nothing. */
export function expectNoChange(outcome: Outcome): void {
  succeeded(outcome);
  expect(changeCount(outcome.events) === 0, `${outcome.command} to change nothing`, describeSteps(outcome.events));
}

/** A run that failed, and said so. */
export function expectFailure(outcome: Outcome, because: string): void {
  expect(
    outcome.exitCode !== 0,
    `${outcome.command} to fail, for ${because}`,
    `success: ${describeSteps(outcome.events)}`,
  );
}

/** All faults that were planned have hit something: one that does not proves nothing. */
export function expectFaultsFired({ world }: Bench): void {
  const unfired = world.unfiredFaults();
  expect(unfired.length === 0, 'each planned fault to hit an operation', `${unfired.length} that did not`);
}

/** Nothing is left in the state, and nothing in the account that a program made or AWS made because of one. */
export async function expectNothingLeft(bench: Bench, stack: Stack): Promise<void> {
  const { resources, pendingOperations } = await stack.state();
  const inState = [...resources.map(({ urn }) => urn), ...pendingOperations];
  expect(inState.length === 0, 'an empty state', inState.join(', '));
  const left = bench.world.leftovers();
  expect(
    left.length === 0,
    'an empty account',
    left.map(({ row, id, origin }) => `${row} ${id} (${origin})`).join(', '),
  );
  const tagged = bench.world.tagged(TAG);
  expect(tagged.length === 0, 'nothing with our tag', tagged.map(({ row, id }) => `${row} ${id}`).join(', '));
}

/** `3 create, 1 update: update NodeGroup gpu (scalingConfig)` */
export function describeSteps(events: EventLog): string {
  const counts = Object.entries(events.changes).map(([op, count]) => `${count} ${op}`);
  const steps = changingSteps(events).map(({ op, urn, type, diffs }) => {
    const name = `${op} ${type.split(':').at(-1) ?? type} ${urn.split('::').at(-1) ?? ''}`;
    return diffs.length > 0 ? `${name} (${diffs.join(', ')})` : name;
  });
  return `${counts.join(', ') || 'no summary'}${steps.length > 0 ? `: ${steps.join('; ')}` : ''}`;
}

/** How many of each kind there are in an account, of what a program made and AWS made because of it. */
export function inventory({ world }: Bench): string {
  const counts = new Map<string, number>();
  for (const { row } of world.leftovers()) counts.set(row, (counts.get(row) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([row, count]) => `${row} ${count}`)
    .join('\n');
}
