import { readFile } from 'node:fs/promises';
import { objectAt, objectsAt, parseObject, stringAt, stringsAt, type JsonObject } from './json.js';

/** One resource of a stack's state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  /** Whether a provider manages it; a component is the program's alone. */
  readonly custom: boolean;
  readonly parent: string | undefined;
  /** The URN of the provider that manages it. */
  readonly provider: string | undefined;
  /** All that it may not outlive: explicit dependencies, those of its inputs, `deletedWith`. */
  readonly dependencies: readonly string[];
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
  /** Whether it was replaced, and waits for its deletion. */
  readonly pendingDelete: boolean;
  /** What went wrong after it was made. */
  readonly initErrors: readonly string[];
}

/** What the engine knows of a stack. */
export interface StackState {
  /** The file's text. */
  readonly text: string;
  readonly resources: readonly StateResource[];
  /** Operations of which the engine does not know how they ended, as `creating urn:...`. */
  readonly pendingOperations: readonly string[];
}

/** Reads a stack's state from the file of a `file://` backend; no file is a stack without state. */
export async function readState(file: string): Promise<StackState> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? { text: '', resources: [], pendingOperations: [] } : parseState(text);
}

export function parseState(text: string): StackState {
  const deployment = objectAt(objectAt(parseObject(text, 'the state'), 'checkpoint') ?? {}, 'latest') ?? {};
  return {
    text,
    resources: objectsAt(deployment, 'resources').map(resourceOf),
    pendingOperations: objectsAt(deployment, 'pending_operations').map(
      (operation) => `${stringAt(operation, 'type')} ${stringAt(objectAt(operation, 'resource') ?? {}, 'urn')}`,
    ),
  };
}

/** The outputs of the stack itself; a secret one is its encrypted envelope. */
export function stackOutputs(state: StackState): JsonObject {
  return state.resources.find(({ type }) => type === 'pulumi:pulumi:Stack')?.outputs ?? {};
}

function resourceOf(resource: JsonObject): StateResource {
  const fromInputs = Object.values(objectAt(resource, 'propertyDependencies') ?? {}).flatMap((urns) =>
    Array.isArray(urns) ? urns.filter((urn): urn is string => typeof urn === 'string') : [],
  );
  const deletedWith = stringAt(resource, 'deletedWith');
  // A reference to a provider is `URN::ID`.
  const provider = stringAt(resource, 'provider').split('::').slice(0, 4).join('::');
  return {
    urn: stringAt(resource, 'urn'),
    type: stringAt(resource, 'type'),
    id: stringAt(resource, 'id'),
    custom: resource['custom'] === true,
    parent: stringAt(resource, 'parent') || undefined,
    provider: provider || undefined,
    dependencies: [
      ...new Set([...stringsAt(resource, 'dependencies'), ...fromInputs, ...(deletedWith ? [deletedWith] : [])]),
    ],
    inputs: objectAt(resource, 'inputs') ?? {},
    outputs: objectAt(resource, 'outputs') ?? {},
    pendingDelete: resource['delete'] === true,
    initErrors: stringsAt(resource, 'initErrors'),
  };
}
