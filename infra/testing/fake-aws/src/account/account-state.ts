import type { Props } from '../catalogue/kind.js';
import type { Capacity } from './capacity.js';
import type { VirtualClock } from './clock.js';
import type { Credentials } from './credentials.js';
import type { Entities } from './entities.js';
import type { Entity } from './entity.js';
import type { Quotas } from './quotas.js';
import type { Throttle } from './throttle.js';

export interface SpawnOptions {
  /** The resource that AWS created it for; it is in the same region. */
  readonly owner?: Entity | undefined;
  readonly until?: number;
}

/** An account as the rules and the clusters see it: they read and change it, and do not run operations. */
export interface AccountState {
  readonly account: string;
  readonly clock: VirtualClock;
  readonly entities: Entities;
  readonly credentials: Credentials;
  readonly throttle: Throttle;
  readonly quotas: Quotas;
  readonly capacity: Capacity;
  /** Bucket names that other accounts own. */
  readonly takenBuckets: ReadonlySet<string>;
  readonly kubernetes: {
    /** Drops the objects of a deleted cluster. */
    forget(name: string): void;
  };

  /** Creates a resource that AWS creates by itself, because of `owner`. It is deleted at `until`, in virtual seconds, or stays. */
  spawn(row: string, inputs: Props, origin: string, options?: SpawnOptions): Entity;

  /** Ends every transition that is due by now. */
  settle(): void;
}
