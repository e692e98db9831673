import { isObject, objectAt, same, type Json, type JsonObject } from './json.js';
import { StatusError } from './status-error.js';

/** A path in the words of FieldsV1: `f:spec`, `k:{"name":"server"}`, `v:"finalizer"`. */
type Path = readonly string[];
type Fields = Map<string, Path>;

/** Whose fields are whose: one entry of `metadata.managedFields`. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string | undefined;
  readonly apiVersion: string;
  readonly time: string;
  readonly fields: Fields;
}

export interface Writer {
  readonly name: string;
  readonly subresource: string | undefined;
  readonly apiVersion: string;
  readonly time: string;
  /** Lists with the keys of Kubernetes' own types; lists of custom resources are one value each, but for conditions. */
  readonly builtIn: boolean;
}

/** Fields of metadata that belong to the server. */
const SERVERS = new Set([
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
  'selfLink',
]);

/** Lists whose items have names, by the field they are in: what the OpenAPI schema says of the types used here. */
const KEYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [['name']],
  initContainers: [['name']],
  env: [['name']],
  volumes: [['name']],
  volumeMounts: [['mountPath']],
  imagePullSecrets: [['name']],
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
};
const KEYS_EVERYWHERE: typeof KEYS = { conditions: [['type']], ownerReferences: [['uid']] };

/**
 * Server-side apply: what the object becomes and who owns what then. Fields that this manager applied before and does not
 * now go away, unless another manager owns them too.
 *
 * @throws StatusError 409 if another manager owns a field with another value and `force` is not set
 */
export function applyFields(
  live: JsonObject,
  applied: JsonObject,
  managers: readonly Manager[],
  writer: Writer,
  force: boolean,
): { readonly object: JsonObject; readonly managers: Manager[] } {
  const wanted = leavesOf(applied, writer);
  const mine = managers.find((manager) => isSame(manager, writer, 'Apply'));
  const others = managers.filter((manager) => manager !== mine);
  const taken = [...wanted].filter(([, path]) => !same(valueAt(live, path), valueAt(applied, path)));
  const conflicts = taken.flatMap(([key, path]) =>
    others.filter(({ fields }) => fields.has(key)).map((manager) => ({ manager, path })),
  );
  if (conflicts.length > 0 && !force) throw conflictOf(conflicts);
  const takenKeys = new Set(taken.map(([key]) => key));
  const rest = others.map((manager) => without(manager, takenKeys)).filter(({ fields }) => fields.size > 0);
  const object = structuredClone(live);
  for (const [key, path] of mine?.fields ?? []) {
    if (!wanted.has(key) && !rest.some(({ fields }) => ownsAt(fields, path))) removeAt(object, path);
  }
  const next: Manager = { ...identityOf(writer), operation: 'Apply', fields: wanted };
  return { object: merge(object, applied, writer), managers: [...rest, ...(wanted.size > 0 ? [next] : [])] };
}

/** Ownership after any other write: what changed belongs to the writer, what went belongs to nobody. */
export function updateFields(
  before: JsonObject,
  after: JsonObject,
  managers: readonly Manager[],
  writer: Writer,
): Manager[] {
  const old = leavesOf(before, writer);
  const now = leavesOf(after, writer);
  const changed = [...now].filter(([, path]) => !same(valueAt(before, path), valueAt(after, path)));
  const gone = [...old.keys()].filter((key) => !now.has(key));
  const lost = new Set([...changed.map(([key]) => key), ...gone]);
  const mine = managers.find((manager) => isSame(manager, writer, 'Update'));
  const rest = managers.map((manager) => without(manager, lost)).filter(({ fields }) => fields.size > 0);
  if (changed.length === 0) return rest;
  const kept = rest.find((manager) => isSame(manager, writer, 'Update'));
  const fields = new Map([...(mine && kept ? kept.fields : []), ...changed]);
  return [...rest.filter((manager) => manager !== kept), { ...identityOf(writer), operation: 'Update', fields }];
}

/** `metadata.managedFields`. */
export function managedFieldsOf(managers: readonly Manager[]): Json[] {
  return managers.map(({ name, operation, subresource, apiVersion, time, fields }) => ({
    manager: name,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: treeOf(fields.values()),
    ...(subresource === undefined ? {} : { subresource }),
  }));
}

function treeOf(paths: Iterable<Path>): JsonObject {
  const root: JsonObject = {};
  for (const path of paths) {
    let node = root;
    for (const segment of path) {
      const next = objectAt(node, segment);
      node[segment] = next;
      node = next;
    }
  }
  return root;
}

function identityOf({ name, subresource, apiVersion, time }: Writer): Omit<Manager, 'operation' | 'fields'> {
  return { name, subresource, apiVersion, time };
}

function isSame(manager: Manager, writer: Writer, operation: Manager['operation']): boolean {
  return manager.name === writer.name && manager.operation === operation && manager.subresource === writer.subresource;
}

function without(manager: Manager, keys: ReadonlySet<string>): Manager {
  if (![...manager.fields.keys()].some((key) => keys.has(key))) return manager;
  return { ...manager, fields: new Map([...manager.fields].filter(([key]) => !keys.has(key))) };
}

/** Whether somebody owns this path or something in it. */
function ownsAt(fields: Fields, path: Path): boolean {
  for (const owned of fields.values()) if (path.every((segment, i) => owned[i] === segment)) return true;
  return false;
}

function conflictOf(conflicts: readonly { readonly manager: Manager; readonly path: Path }[]): StatusError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager.name}"`,
    field: path
      .map((segment) => (segment.startsWith('f:') ? `.${segment.slice(2)}` : `[${segment.slice(2)}]`))
      .join(''),
  }));
  const words = causes.map(({ message, field }) => `${message}: ${field}`).join(', ');
  const count = `${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  return new StatusError(409, 'Conflict', `Apply failed with ${count}: ${words}`, { causes });
}

function leavesOf(object: JsonObject, writer: Writer): Fields {
  const fields: Fields = new Map();
  const add = (path: Path): void => void fields.set(JSON.stringify(path), path);
  const walk = (value: Json | undefined, path: Path, field: string): void => {
    if (isObject(value)) {
      const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
      if (entries.length === 0) add(path);
      for (const [key, inner] of entries) walk(inner, [...path, `f:${key}`], key);
    } else if (Array.isArray(value)) {
      const segments = value.map((item) => itemSegment(item, field, writer));
      if (value.length === 0 || segments.includes(undefined)) {
        add(path);
        return;
      }
      value.forEach((item, i) => {
        const at = [...path, segments[i] ?? ''];
        add(at);
        if (isObject(item)) walk(item, at, field);
      });
    } else if (value !== undefined) add(path);
  };
  for (const [key, value] of Object.entries(object)) {
    if (key === 'apiVersion' || key === 'kind') continue;
    if (key !== 'metadata') walk(value, [`f:${key}`], key);
    else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (!SERVERS.has(name)) walk(inner, ['f:metadata', `f:${name}`], name);
      }
    }
  }
  return fields;
}

/** How an item of a list is named: by its keys, by itself in a set, or not at all. */
function itemSegment(item: Json, field: string, { builtIn }: Pick<Writer, 'builtIn'>): string | undefined {
  if (field === 'finalizers') return `v:${JSON.stringify(item)}`;
  if (!isObject(item)) return undefined;
  const candidates = KEYS_EVERYWHERE[field] ?? (builtIn ? KEYS[field] : undefined) ?? [];
  for (const keys of candidates) {
    if (item[keys[0] ?? ''] === undefined) continue;
    return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : null)])))}`;
  }
  return undefined;
}

function itemIndex(list: readonly Json[], segment: string): number {
  if (segment.startsWith('v:')) return list.findIndex((item) => JSON.stringify(item) === segment.slice(2));
  const keys: unknown = JSON.parse(segment.slice(2));
  if (!isObject(keys)) return -1;
  return list.findIndex(
    (item) =>
      isObject(item) &&
      Object.entries(keys).every(([key, value]) => same(item[key] ?? (key === 'protocol' ? 'TCP' : undefined), value)),
  );
}

function childAt(value: Json | undefined, segment: string): Json | undefined {
  if (segment.startsWith('f:')) return isObject(value) ? value[segment.slice(2)] : undefined;
  return Array.isArray(value) ? value[itemIndex(value, segment)] : undefined;
}

/** The value at a path; of a named item only that it is there, since its fields are paths of their own. */
function valueAt(object: JsonObject, path: Path): Json | undefined {
  let value: Json | undefined = object;
  for (const segment of path) value = childAt(value, segment);
  return isObject(value) && path.at(-1)?.startsWith('k:') ? true : value;
}

/** Removes what is at a path, and what is empty above it then. */
function removeAt(value: Json | undefined, path: Path): void {
  const [segment, ...rest] = path;
  if (segment === undefined) return;
  const child = childAt(value, segment);
  if (child === undefined) return;
  if (rest.length > 0) {
    removeAt(child, rest);
    const emptied = Array.isArray(child) ? child.length === 0 : isObject(child) && Object.keys(child).length === 0;
    if (!emptied) return;
  }
  if (Array.isArray(value)) value.splice(itemIndex(value, segment), 1);
  else if (isObject(value)) Reflect.deleteProperty(value, segment.slice(2));
}

function merge(live: JsonObject, applied: JsonObject, writer: Writer): JsonObject {
  const result = { ...live };
  for (const [key, value] of Object.entries(applied)) {
    const current = result[key];
    if (isObject(value) && isObject(current)) result[key] = merge(current, value, writer);
    else if (Array.isArray(value) && Array.isArray(current)) result[key] = mergeLists(current, value, key, writer);
    else if (value !== undefined) result[key] = value;
  }
  return result;
}

function mergeLists(live: readonly Json[], applied: readonly Json[], field: string, writer: Writer): Json[] {
  const segments = applied.map((item) => itemSegment(item, field, writer));
  if (applied.length === 0 || segments.includes(undefined)) return [...applied];
  const result = [...live];
  applied.forEach((item, i) => {
    const index = itemIndex(result, segments[i] ?? '');
    const current = result[index];
    if (index < 0) result.push(item);
    else if (isObject(item) && isObject(current)) result[index] = merge(current, item, writer);
  });
  return result;
}
