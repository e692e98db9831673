import { stringAt, type JsonObject } from '../pulumi/json.js';
import type { Patience } from './deadline.js';
import type { ReleaseName, Releases } from './releases.js';
import { differs, PartialFailure, type Resource, type ResourceManager } from './resource.js';

/** `kubernetes:helm.sh/v3:Release` */
export class ReleaseResources implements ResourceManager {
  readonly #releases: Releases;
  readonly #defaultNamespace: string;

  constructor(releases: Releases, defaultNamespace: string) {
    this.#releases = releases;
    this.#defaultNamespace = defaultNamespace;
  }

  check(inputs: JsonObject, olds: JsonObject, suggestedName: string): JsonObject {
    return {
      ...inputs,
      name: inputs['name'] ?? (stringAt(olds, 'name') || suggestedName),
      namespace: inputs['namespace'] ?? this.#defaultNamespace,
    };
  }

  replaces(olds: JsonObject, news: JsonObject): string[] {
    return ['name', 'namespace'].filter((key) => differs(olds, news, key));
  }

  async create(inputs: JsonObject, _urn: string, patience: Patience): Promise<Resource> {
    return this.#deploy(inputs, () => this.#releases.install(inputs, patience.signal));
  }

  async update(inputs: JsonObject, _urn: string, _ignored: readonly string[], patience: Patience): Promise<Resource> {
    return this.#deploy(inputs, () => this.#releases.upgrade(inputs, patience.signal));
  }

  async read(id: string, inputs: JsonObject): Promise<Resource | undefined> {
    const [namespace = '', name = ''] = id.split('/');
    const status = await this.#releases.status({ namespace, name });
    return status && resourceOf({ namespace, name }, inputs, status);
  }

  async delete(inputs: JsonObject, patience: Patience): Promise<void> {
    await this.#releases.uninstall(nameOf(inputs), inputs, patience.signal);
  }

  async #deploy(inputs: JsonObject, work: () => Promise<void>): Promise<Resource> {
    let failure: unknown;
    await work().catch((error: unknown) => (failure = error));
    const status = await this.#releases.status(nameOf(inputs));
    if (status !== undefined && failure === undefined) return resourceOf(nameOf(inputs), inputs, status);
    if (status !== undefined) throw new PartialFailure(resourceOf(nameOf(inputs), inputs, status), failure);
    throw failure instanceof Error ? failure : new Error(`helm left no release ${nameOf(inputs).name}`);
  }
}

function nameOf(inputs: JsonObject): ReleaseName {
  return { namespace: stringAt(inputs, 'namespace'), name: stringAt(inputs, 'name') };
}

function resourceOf({ namespace, name }: ReleaseName, inputs: JsonObject, status: JsonObject): Resource {
  return { id: `${namespace}/${name}`, outputs: { ...inputs, status }, inputs };
}
