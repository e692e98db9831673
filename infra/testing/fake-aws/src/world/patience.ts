import { AwsError } from '../account/aws-error.js';
import type { Entity } from '../account/entity.js';
import { isTransient } from './lifecycle.js';
import type { Mutation } from '../account/operation.js';
import type { AccountState } from '../account/account-state.js';

/** pulumi-aws repeats a throttled call so many times (`maxRetries`). */
const maxRetries = 25;

/** Seconds between attempts grow up to this. */
const longestPauseSeconds = 10;

/** Sends a request the way the provider does: again when AWS is busy, and again while a refusal may pass. */
export async function send<T>(
  world: AccountState,
  row: string,
  op: Mutation,
  signal: AbortSignal | undefined,
  request: () => T,
): Promise<T> {
  const started = world.clock.now();
  let throttled = 0;
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPauseSeconds)) {
    world.credentials.check();
    world.settle();
    if (world.throttle.take(row, op)) {
      try {
        return request();
      } catch (error) {
        const mayPass = error instanceof AwsError && world.clock.now() - started < error.retrySeconds;
        if (!mayPass) throw error;
      }
    } else {
      throttled += 1;
      if (throttled > maxRetries) throw new AwsError('ThrottlingException', `Rate exceeded (${maxRetries} attempts)`);
    }
    await world.clock.sleep(pause, signal);
  }
}

/**
 * Waits until a resource is neither being made, changed nor deleted.
 *
 * @throws AwsError with the resource when the wait ends before it is made: AWS goes on with it.
 */
export async function untilSettled(
  world: AccountState,
  entity: Entity,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    for (;;) {
      world.settle();
      const exists = world.entities.get(entity.row, entity.id) === entity;
      if (!exists || !isTransient(entity)) return;
      await world.clock.sleep(entity.dueAt - world.clock.now(), signal);
      // The provider asks AWS again and again while it waits.
      world.credentials.check();
    }
  } catch (error) {
    if (entity.state !== 'creating') throw error;
    const code = error instanceof AwsError ? error.code : 'RequestCanceled';
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError(code, `waiting for ${entity.row} ${entity.id}: ${why}`, { partial: entity });
  }
}
