import type { AwsError } from '../world/aws-error.js';
import type { Entity } from '../world/entity.js';
import type { Props } from '../catalogue/kind.js';
import type { World } from '../world/world.js';

/** What became of a resource when the time to make it was over. */
export type Verdict =
  | { readonly is: 'active' }
  | { readonly is: 'waiting'; readonly seconds: number }
  | { readonly is: 'failed'; readonly reason: string };

/** AWS's behaviour that a table of references cannot say, for one resource type. */
export interface Rule {
  /** Throws AWS's refusal to make it. */
  readonly admit?: (world: World, entity: Entity) => void;
  /** Asked when the time to make it is over. */
  readonly settle?: (world: World, entity: Entity) => Verdict;
  /** Throws AWS's refusal to change it so. */
  readonly change?: (world: World, entity: Entity, inputs: Props) => void;
  /** AWS's refusal to delete it. */
  readonly keep?: (world: World, entity: Entity) => AwsError | undefined;
  /** Runs when its deletion begins. */
  readonly leaving?: (world: World, entity: Entity) => void;
  /** Runs when it has just become active. */
  readonly arrived?: (world: World, entity: Entity) => void;
  /** Runs when it is gone. */
  readonly gone?: (world: World, entity: Entity) => void;
}

/** By row of the catalogue. */
export type Rules = Readonly<Record<string, Rule>>;

export const active: Verdict = { is: 'active' };
