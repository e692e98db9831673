import type { AwsError } from '../account/aws-error.js';
import type { Entity } from '../account/entity.js';
import type { Props } from '../catalogue/kind.js';
import type { AccountState } from '../account/account-state.js';

/** What became of a resource when the time to make it was over. */
export type Verdict =
  | { readonly is: 'active' }
  | { readonly is: 'waiting'; readonly seconds: number }
  | { readonly is: 'failed'; readonly reason: string };

/** AWS's behaviour that a table of references cannot say, for one resource type. */
export interface Rule {
  /** Throws AWS's refusal to make it. */
  readonly admit?: (world: AccountState, entity: Entity) => void;
  /** Asked when the time to make it is over. */
  readonly settle?: (world: AccountState, entity: Entity) => Verdict;
  /** Throws AWS's refusal to change it so. */
  readonly change?: (world: AccountState, entity: Entity, inputs: Props) => void;
  /** AWS's refusal to delete it. */
  readonly keep?: (world: AccountState, entity: Entity) => AwsError | undefined;
  /** Runs when its deletion begins. */
  readonly leaving?: (world: AccountState, entity: Entity) => void;
  /** Runs when it has just become active. */
  readonly arrived?: (world: AccountState, entity: Entity) => void;
  /** Runs when it is gone. */
  readonly gone?: (world: AccountState, entity: Entity) => void;
}

/** By row of the catalogue. */
export type Rules = Readonly<Record<string, Rule>>;

export const active: Verdict = { is: 'active' };
