import type { Mutation } from './operation.js';

/** A failure to inject. */
export interface Fault {
  /** Any, when left out. */
  readonly op?: Mutation;
  /** Which resources, by URN. Any, when left out. */
  readonly match?: RegExp;
  readonly code: string;
  readonly message: string;
  /** A create leaves a resource behind that is not in order; it is reported with its id. */
  readonly partial?: boolean;
  /** How many operations fail. Default 1. */
  readonly times?: number;
}

interface Planned {
  readonly fault: Fault;
  /** Operations that match and still succeed before. */
  skip: number;
  left: number;
  fired: number;
}

/** The failures to come. A plan that never fired is a test that proves nothing, so those can be asked for. */
export class FaultPlan {
  readonly #planned: Planned[] = [];

  /** @param nth The first operation to fail, counted from now among those that match; the first is 1. */
  add(fault: Fault, nth = 1): void {
    this.#planned.push({ fault, skip: nth - 1, left: fault.times ?? 1, fired: 0 });
  }

  /** The failure that hits this operation. Every operation must ask exactly once. */
  take(op: Mutation, urn: string): Fault | undefined {
    let hit: Fault | undefined;
    for (const planned of this.#planned) {
      const { fault } = planned;
      if ((fault.op !== undefined && fault.op !== op) || (fault.match && !fault.match.test(urn))) continue;
      if (planned.skip > 0) planned.skip -= 1;
      else if (!hit && planned.left > 0) {
        planned.left -= 1;
        planned.fired += 1;
        hit = fault;
      }
    }
    return hit;
  }

  unfired(): Fault[] {
    return this.#planned.filter((planned) => planned.fired === 0).map((planned) => planned.fault);
  }

  clear(): void {
    this.#planned.length = 0;
  }
}
