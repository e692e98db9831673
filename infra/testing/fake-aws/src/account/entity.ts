import type { Props } from '../catalogue/kind.js';
import { merge } from './paths.js';

/** Where a resource is in its life. Only `creating`, `updating` and `deleting` end by themselves. */
export type State = 'creating' | 'active' | 'updating' | 'failed' | 'deleting';

/** Ends not by itself. JSON knows no infinity. */
export const never = Number.MAX_SAFE_INTEGER;

/** A resource that exists in the account. Plain data, so that a world can be stored and read again. */
export interface Entity {
  /** Key of its row in the catalogue. */
  readonly row: string;
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  /** Hexadecimal digits that ids and ARNs are made of. */
  readonly digits: string;
  readonly region: string;
  /** The resource of the program that it is, or why AWS made it by itself. */
  readonly origin: string;
  readonly madeBy: 'program' | 'aws' | 'account';
  createdAt: number;
  inputs: Props;
  outputs: Props;
  /** Outputs that AWS decided on while it was made; they outlast updates. */
  facts: Props;
  /** With those of the provider. */
  tags: Readonly<Record<string, string>>;
  state: State;
  /** When the state ends, in virtual seconds. */
  dueAt: number;
  /** Why it failed. */
  reason: string;
}

/** AWS decided something about a resource that its inputs do not say. */
export function learn(entity: Entity, facts: Props): void {
  entity.facts = merge(entity.facts, facts);
  entity.outputs = merge(entity.outputs, facts);
}
