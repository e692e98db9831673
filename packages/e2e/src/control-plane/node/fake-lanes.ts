import { setTimeout as sleep } from 'node:timers/promises';
import type { VersionLanes } from '@face-comparison/server/serving';
import type { LoadFailure, ModelWorld } from './model-world.js';

/** A failure with its code, as those of the engine and of the bundle have one. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: string;

  constructor({ message, code }: LoadFailure) {
    super(message);
    this.code = code;
  }
}

/** Lanes that compute nothing: they start, measure and fail as the world says. */
export function fakeLanes(world: ModelWorld, version: string, pod: string, size: number): VersionLanes {
  const stopped = new AbortController();
  return {
    size,
    start: async () => {
      const { loadMs, neverLoads } = world.behaviourOf(version);
      await sleep(neverLoads ? 2 ** 31 - 1 : loadMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {
        throw new Error('no longer wanted');
      });
      const failure = world.behaviourOf(version).failure(pod);
      if (failure !== undefined) throw new CodedError(failure);
    },
    warm: () => Promise.resolve(world.behaviourOf(version).selfParity),
    goldenCosine: (other) => {
      const parities = [version, other.manifest.version].map((each) => world.behaviourOf(each).parity);
      // Whichever of the two is off, their vectors do not agree.
      return Promise.resolve(parities.includes(null) ? null : Math.min(...parities.map((parity) => parity ?? 1)));
    },
    stop: () => {
      stopped.abort();
      return Promise.resolve();
    },
    acquire: () => undefined,
    release: () => undefined,
  };
}
