import { createHash } from 'node:crypto';
import { secret } from '../grpc/properties.js';
import { objectAt, stringAt, type JsonObject } from '../pulumi/json.js';
import type { Patience } from './deadline.js';
import { idOf, inputsOf, referenceOf } from './object-inputs.js';
import { NotReadyError, type Objects } from './objects.js';
import { without } from './property-path.js';
import { differs, PartialFailure, type Resource, type ResourceManager } from './resource.js';

/** Kinds without a namespace that have to be told from those that get the default one. */
const CLUSTER_KINDS = [
  ...['APIService', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'IngressClass', 'Namespace'],
  ...['Node', 'PersistentVolume', 'PriorityClass', 'RuntimeClass', 'StorageClass'],
];

/** Objects of any kind but Releases. */
export class ObjectResources implements ResourceManager {
  readonly #objects: Objects;
  readonly #defaultNamespace: string;

  constructor(objects: Objects, defaultNamespace: string) {
    this.#objects = objects;
    this.#defaultNamespace = defaultNamespace;
  }

  check(inputs: JsonObject, olds: JsonObject, suggestedName: string): JsonObject {
    const metadata = objectAt(inputs, 'metadata') ?? {};
    const oldName = stringAt(objectAt(olds, 'metadata') ?? {}, 'name');
    const namespaced = !CLUSTER_KINDS.includes(stringAt(inputs, 'kind'));
    return {
      ...inputs,
      metadata: {
        ...metadata,
        name: metadata['name'] ?? (oldName || suggestedName),
        ...(namespaced ? { namespace: metadata['namespace'] ?? this.#defaultNamespace } : {}),
      },
    };
  }

  replaces(olds: JsonObject, news: JsonObject): string[] {
    return [
      ...(differs(olds, news, 'metadata', 'name') || differs(olds, news, 'metadata', 'namespace') ? ['metadata'] : []),
      ...(differs(olds, news, 'kind') ? ['kind'] : []),
    ];
  }

  create(inputs: JsonObject, urn: string, patience: Patience): Promise<Resource> {
    return this.update(inputs, urn, [], patience);
  }

  async update(inputs: JsonObject, urn: string, ignored: readonly string[], patience: Patience): Promise<Resource> {
    try {
      return resourceOf(await this.#objects.apply(inputs, fieldManagerOf(urn), ignored, patience), inputs);
    } catch (error) {
      if (error instanceof NotReadyError) throw new PartialFailure(resourceOf(error.live, inputs), error);
      throw error;
    }
  }

  async read(_id: string, inputs: JsonObject): Promise<Resource | undefined> {
    const live = await this.#objects.find(referenceOf(inputs));
    return live && resourceOf(live, inputsOf(live, inputs));
  }

  delete(inputs: JsonObject, patience: Patience): Promise<void> {
    return this.#objects.delete(referenceOf(inputs), patience);
  }
}

function resourceOf(live: JsonObject, inputs: JsonObject): Resource {
  const outputs = without(live, ['metadata', 'managedFields']);
  // What the server makes of stringData is as secret as that was.
  const hidden = stringAt(live, 'kind') === 'Secret' ? { data: secret(live['data'] ?? {}) } : {};
  return { id: idOf(referenceOf(live)), outputs: { ...outputs, ...hidden }, inputs };
}

/** One manager for each resource, so that two of them may own fields of one object. */
function fieldManagerOf(urn: string): string {
  return `pulumi-kubernetes-${createHash('sha256').update(urn).digest('hex').slice(0, 8)}`;
}
