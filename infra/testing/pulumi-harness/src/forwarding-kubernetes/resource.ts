import { createHash } from 'node:crypto';
import { objectAt, stringAt, type JsonObject } from '../pulumi/json.js';
import type { Patience } from './deadline.js';

/** A resource as it is: its id, what it came to, and the inputs that describe it. */
export interface Resource {
  readonly id: string;
  readonly outputs: JsonObject;
  readonly inputs: JsonObject;
}

/** Something was made, and did not become what it should: the engine keeps it, and comes back to it. */
export class PartialFailure extends Error {
  override readonly name = 'PartialFailure';
  readonly resource: Resource;

  constructor(resource: Resource, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.resource = resource;
  }
}

/** What the provider can do with the resources of one sort. */
export interface ResourceManager {
  /** The inputs with a name and a namespace. */
  check(inputs: JsonObject, olds: JsonObject, suggestedName: string): JsonObject;
  /** The top-level inputs of which a change replaces the resource. */
  replaces(olds: JsonObject, news: JsonObject): string[];
  create(inputs: JsonObject, urn: string, patience: Patience): Promise<Resource>;
  update(inputs: JsonObject, urn: string, ignored: readonly string[], patience: Patience): Promise<Resource>;
  /** Undefined if it is gone. */
  read(id: string, inputs: JsonObject): Promise<Resource | undefined>;
  delete(inputs: JsonObject, patience: Patience): Promise<void>;
}

/** `NAME-1a2b3c4d`: pulumi-kubernetes names what has no name; the same at preview and at update. */
export function suggestName(urn: string, randomSeed: Uint8Array): string {
  const logical = urn.split('::').at(-1) ?? '';
  return `${logical}-${createHash('sha256').update(randomSeed).update(urn).digest('hex').slice(0, 8)}`;
}

/** Whether one of the paths differs between two inputs. */
export function differs(olds: JsonObject, news: JsonObject, ...path: readonly string[]): boolean {
  const [last = '', ...parents] = path.toReversed();
  const at = (object: JsonObject): string =>
    stringAt(
      parents.reduceRight<JsonObject>((inner, name) => objectAt(inner, name) ?? {}, object),
      last,
    );
  return at(olds) !== at(news);
}
