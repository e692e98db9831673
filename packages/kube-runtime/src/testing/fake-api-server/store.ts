import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../objects.js';
import { apiVersionOf, resourceName, type Resource } from '../../resource.js';
import { timestamp } from '../../wire.js';
import { applyFields, managedFieldsOf, updateFields, type Manager, type Writer } from './fields.js';
import { objectAt, same, textAt, type JsonObject } from './json.js';
import { StatusError } from './status-error.js';

/** A resource that the server knows. */
export interface ServedResource {
  readonly resource: Resource<KubeObject>;
  /** Whether it has a status subresource, and so a `metadata.generation`. */
  readonly status: boolean;
}

/** One change, as a watch tells of it. */
export interface Change {
  readonly version: number;
  readonly resource: ServedResource;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: JsonObject;
  readonly previous: JsonObject | undefined;
}

interface Stored {
  readonly object: JsonObject;
  readonly managers: readonly Manager[];
}

export interface WriteContext {
  readonly fieldManager: string;
  readonly subresource: 'status' | undefined;
  readonly dryRun: boolean;
}

/** All objects at one moment. */
export interface Snapshot {
  readonly version: number;
  objects(resource: ServedResource): JsonObject[];
}

/** The objects of a fake API server: versions, preconditions, ownership, finalizers, and the history that watches read. */
export class Store {
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #history: Change[] = [];
  readonly #now: () => number;
  #version = 1;
  #oldest = 0;
  onChange: (change: Change) => void = () => undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  get version(): number {
    return this.#version;
  }

  snapshot(): Snapshot {
    const { version } = this;
    const copy = new Map([...this.#objects].map(([name, objects]) => [name, [...objects.values()]]));
    return {
      version,
      objects: ({ resource }) => (copy.get(resourceName(resource)) ?? []).map(({ object }) => object),
    };
  }

  /** Changes after a version. @throws StatusError 410 if they are not kept any more */
  since(version: number): Change[] {
    if (!this.keeps(version)) {
      throw new StatusError(410, 'Expired', `too old resource version: ${version} (${this.#oldest})`);
    }
    return this.#history.filter((change) => change.version > version);
  }

  /** Whether the objects of a version can still be told. */
  keeps(version: number): boolean {
    return version >= this.#oldest;
  }

  /** The last changes, whatever they are. */
  recent(count: number): Change[] {
    return count > 0 ? this.#history.slice(-count) : [];
  }

  /** Forgets the history up to now. */
  compact(): void {
    this.#history.length = 0;
    this.#oldest = this.#version;
  }

  get(served: ServedResource, namespace: string | undefined, name: string): JsonObject {
    return this.#stored(served, namespace, name).object;
  }

  create(served: ServedResource, namespace: string | undefined, sent: JsonObject, context: WriteContext): JsonObject {
    const { resource } = served;
    const asked = objectAt(sent, 'metadata');
    const generateName = textAt(asked, 'generateName');
    const name = textAt(asked, 'name') ?? (generateName ? generateName + randomUUID().slice(0, 5) : undefined);
    if (!name) throw new StatusError(422, 'Invalid', `${resource.kind} "" is invalid: metadata.name: Required value`);
    this.#requireNamespace(namespace);
    if (this.#of(served).has(keyOf(namespace, name))) {
      throw new StatusError(
        409,
        'AlreadyExists',
        `${resourceName(resource)} "${name}" already exists`,
        detailsOf(served, name),
      );
    }
    const object = this.#newObject(served, namespace, name, sent);
    const managers = updateFields({}, object, [], this.#writer(served, context));
    return this.#commit(served, undefined, { object, managers }, context.dryRun);
  }

  apply(
    served: ServedResource,
    namespace: string | undefined,
    name: string,
    applied: JsonObject,
    context: WriteContext,
    force: boolean,
  ): JsonObject {
    const current = this.#of(served).get(keyOf(namespace, name));
    const part = ownPart(served, applied, context.subresource);
    const writer = this.#writer(served, context);
    if (!current) {
      if (context.subresource) throw notFound(served, name);
      this.#requireNamespace(namespace);
      const { object: fields, managers } = applyFields({}, part, [], writer, force);
      return this.#commit(
        served,
        undefined,
        { object: this.#newObject(served, namespace, name, fields), managers },
        context.dryRun,
      );
    }
    requireVersion(served, name, applied, current.object);
    const { object, managers } = applyFields(current.object, part, current.managers, writer, force);
    return this.#commit(served, current, { object, managers }, context.dryRun);
  }

  /** Any other change of an object: PUT and the patches. */
  update(
    served: ServedResource,
    namespace: string | undefined,
    name: string,
    change: (current: JsonObject) => JsonObject,
    context: WriteContext,
  ): JsonObject {
    const current = this.#stored(served, namespace, name);
    const wanted = change(current.object);
    requireVersion(served, name, wanted, current.object);
    const part = ownPart(served, wanted, context.subresource);
    const kept = context.subresource
      ? current.object
      : { status: served.status ? current.object['status'] : undefined, metadata: serverMetadata(current.object) };
    const metadata = context.subresource
      ? current.object['metadata']
      : { ...objectAt(part, 'metadata'), ...serverMetadata(current.object) };
    const object = defined({ ...kept, ...part, ...typeOf(served), metadata });
    const managers = updateFields(current.object, object, current.managers, this.#writer(served, context));
    return this.#commit(served, current, { object, managers }, context.dryRun);
  }

  /** Removes an object, or marks it if it has finalizers. */
  delete(
    served: ServedResource,
    namespace: string | undefined,
    name: string,
    preconditions: JsonObject,
    dryRun: boolean,
  ): JsonObject {
    const current = this.#stored(served, namespace, name);
    const metadata = objectAt(current.object, 'metadata');
    for (const field of ['uid', 'resourceVersion'] as const) {
      const wanted = preconditions[field];
      if (wanted === undefined || wanted === metadata[field]) continue;
      const message = `Operation cannot be fulfilled on ${resourceName(served.resource)} "${name}": the ${field} in the precondition (${JSON.stringify(wanted)}) does not match`;
      throw new StatusError(409, 'Conflict', message, detailsOf(served, name));
    }
    if (metadata['deletionTimestamp'] !== undefined) return current.object;
    const deletionTimestamp = timestamp(this.#now());
    const marked = { ...current.object, metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 } };
    if (hasFinalizers(marked)) return this.#commit(served, current, { ...current, object: marked }, dryRun);
    return this.#remove(served, current.object, dryRun);
  }

  #commit(served: ServedResource, current: Stored | undefined, next: Stored, dryRun: boolean): JsonObject {
    const before = current?.object;
    const ending = before && objectAt(before, 'metadata')['deletionTimestamp'] !== undefined;
    if (ending && !hasFinalizers(next.object)) return this.#remove(served, next.object, dryRun);
    const sameOwners = current !== undefined && same(untimed(current.managers), untimed(next.managers));
    if (before && sameOwners && same(content(before), content(next.object))) return before;
    const metadata: JsonObject = { ...objectAt(next.object, 'metadata') };
    if (served.status && (!before || !same(specOf(before), specOf(next.object)))) {
      metadata['generation'] = Number(metadata['generation'] ?? 0) + 1;
    }
    metadata['resourceVersion'] = String(this.#version + 1);
    metadata['managedFields'] = managedFieldsOf(next.managers);
    const object = defined({ ...typeOf(served), ...next.object, metadata });
    if (dryRun) return object;
    this.#version++;
    this.#of(served).set(keyOfObject(object), { object, managers: next.managers });
    this.#tell({
      version: this.#version,
      resource: served,
      type: before ? 'MODIFIED' : 'ADDED',
      object,
      previous: before,
    });
    return object;
  }

  #remove(served: ServedResource, last: JsonObject, dryRun: boolean): JsonObject {
    if (dryRun) return last;
    this.#version++;
    const object = { ...last, metadata: { ...objectAt(last, 'metadata'), resourceVersion: String(this.#version) } };
    const previous = this.#of(served).get(keyOfObject(object))?.object;
    this.#of(served).delete(keyOfObject(object));
    this.#tell({ version: this.#version, resource: served, type: 'DELETED', object, previous });
    return object;
  }

  #tell(change: Change): void {
    this.#history.push(change);
    this.onChange(change);
  }

  #newObject(served: ServedResource, namespace: string | undefined, name: string, sent: JsonObject): JsonObject {
    const metadata = {
      ...withoutServerFields(objectAt(sent, 'metadata')),
      name,
      namespace,
      uid: randomUUID(),
      creationTimestamp: timestamp(this.#now()),
    };
    const object = { ...sent, ...typeOf(served), metadata: defined(metadata) };
    return defined(served.status ? { ...object, status: undefined } : object);
  }

  #stored(served: ServedResource, namespace: string | undefined, name: string): Stored {
    const stored = this.#of(served).get(keyOf(namespace, name));
    if (!stored) throw notFound(served, name);
    return stored;
  }

  #of({ resource }: ServedResource): Map<string, Stored> {
    const name = resourceName(resource);
    const objects = this.#objects.get(name) ?? new Map<string, Stored>();
    this.#objects.set(name, objects);
    return objects;
  }

  #requireNamespace(namespace: string | undefined): void {
    if (namespace === undefined || this.#objects.get('namespaces')?.has(namespace)) return;
    const details = { name: namespace, kind: 'namespaces' };
    throw new StatusError(404, 'NotFound', `namespaces "${namespace}" not found`, details);
  }

  #writer({ resource }: ServedResource, { fieldManager, subresource }: WriteContext): Writer {
    return {
      name: fieldManager,
      subresource,
      apiVersion: apiVersionOf(resource),
      time: timestamp(this.#now()),
      builtIn: !resource.group.includes('.') || resource.group.endsWith('.k8s.io'),
    };
  }
}

/** What a write through this door may change: the status through its own, all else through the main one. */
function ownPart(served: ServedResource, sent: JsonObject, subresource: 'status' | undefined): JsonObject {
  if (subresource) return defined({ status: sent['status'] });
  const { status, metadata: _, ...rest } = sent;
  const metadata = withoutServerFields(objectAt(sent, 'metadata'));
  return defined({ ...rest, metadata, ...(served.status ? {} : { status }) });
}

const SERVER_FIELDS = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'generateName',
];

function withoutServerFields(metadata: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_FIELDS.includes(key)));
}

function serverMetadata(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(objectAt(object, 'metadata')).filter(([key]) => SERVER_FIELDS.includes(key)),
  );
}

function requireVersion(served: ServedResource, name: string, sent: JsonObject, current: JsonObject): void {
  const wanted = textAt(objectAt(sent, 'metadata'), 'resourceVersion');
  if (!wanted || wanted === textAt(objectAt(current, 'metadata'), 'resourceVersion')) return;
  const message = `Operation cannot be fulfilled on ${resourceName(served.resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`;
  throw new StatusError(409, 'Conflict', message, detailsOf(served, name));
}

function notFound(served: ServedResource, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${resourceName(served.resource)} "${name}" not found`,
    detailsOf(served, name),
  );
}

function detailsOf({ resource }: ServedResource, name: string): JsonObject {
  return { name, kind: resource.plural, ...(resource.group ? { group: resource.group } : {}) };
}

function typeOf({ resource }: ServedResource): JsonObject {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind };
}

function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function keyOfObject(object: JsonObject): string {
  const metadata = objectAt(object, 'metadata');
  return keyOf(textAt(metadata, 'namespace'), textAt(metadata, 'name') ?? '');
}

function hasFinalizers(object: JsonObject): boolean {
  const { finalizers } = objectAt(object, 'metadata');
  return Array.isArray(finalizers) && finalizers.length > 0;
}

/** An object but for what each write changes by itself. */
function content(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...objectAt(object, 'metadata'), resourceVersion: null, managedFields: null } };
}

/** What counts for the generation: all but metadata and status. */
function specOf(object: JsonObject): JsonObject {
  return { ...object, metadata: null, status: null };
}

/** Whose fields are whose, whenever they became so. */
function untimed(managers: readonly Manager[]): JsonObject {
  return Object.fromEntries(
    managers.map(({ name, operation, subresource = '', fields }) => [
      `${name}/${operation}/${subresource}`,
      [...fields.keys()].sort(),
    ]),
  );
}

function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
