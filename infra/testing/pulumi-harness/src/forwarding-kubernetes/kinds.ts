import { objectsAt, stringAt } from '../pulumi/json.js';
import type { ApiClient } from './api-client.js';

/** Where the objects of a kind are. */
interface Kind {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** What names one object. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The kinds that an API server knows; those of a CRD come and go. */
export class Kinds {
  readonly #client: ApiClient;
  readonly #known = new Map<string, Kind>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** The path of an object; undefined if the server does not know its kind. */
  async pathOf({ apiVersion, kind, namespace, name }: ObjectReference): Promise<string | undefined> {
    const found = await this.#find(apiVersion, kind);
    if (!found) return undefined;
    const place = found.namespaced ? `/namespaces/${encodeURIComponent(namespace ?? 'default')}` : '';
    return `${root(apiVersion)}${place}/${found.plural}/${encodeURIComponent(name)}`;
  }

  async #find(apiVersion: string, kind: string): Promise<Kind | undefined> {
    const key = `${apiVersion} ${kind}`;
    const known = this.#known.get(key);
    if (known) return known;
    const list = await this.#client.find(root(apiVersion));
    const resource = objectsAt(list ?? {}, 'resources').find(
      (candidate) => stringAt(candidate, 'kind') === kind && !stringAt(candidate, 'name').includes('/'),
    );
    if (!resource) return undefined;
    const found = { plural: stringAt(resource, 'name'), namespaced: resource['namespaced'] === true };
    this.#known.set(key, found);
    return found;
  }
}

/** The core group has a root of its own. */
function root(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
