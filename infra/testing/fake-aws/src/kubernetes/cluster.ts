import { chartOf } from './charts.js';
import { idOf, releaseType, type KubernetesObject } from './object.js';

/** Which pods the nodes of a cluster take. */
export interface Nodes {
  readonly cpu: boolean;
  readonly gpu: boolean;
}

/** A cluster as plain data. */
export interface StoredCluster {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  readonly definitions: readonly string[];
}

/** The objects of one cluster. */
export class Cluster {
  readonly name: string;
  readonly #objects = new Map<string, KubernetesObject>();
  /** Types that CRDs define. */
  readonly definitions = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  get(type: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.#objects.get(`${type} ${idOf({ namespace, name })}`);
  }

  all(): KubernetesObject[] {
    return [...this.#objects.values()];
  }

  of(type: string): KubernetesObject[] {
    return this.all().filter((object) => object.type === type);
  }

  toJSON(): StoredCluster {
    return { name: this.name, objects: this.all(), definitions: [...this.definitions] };
  }

  restore({ objects, definitions }: StoredCluster): void {
    this.#objects.clear();
    objects.forEach((object) => this.#objects.set(`${object.type} ${idOf(object)}`, object));
    this.definitions.clear();
    definitions.forEach((type) => this.definitions.add(type));
  }

  /** The release of a chart, whatever its name. */
  releaseOf(chart: string): KubernetesObject | undefined {
    return this.of(releaseType).find((release) => chartOf(release.inputs).name === chart);
  }

  put(object: KubernetesObject): void {
    this.#objects.set(`${object.type} ${idOf(object)}`, object);
    if (object.type === releaseType) chartOf(object.inputs).definitions.forEach((type) => this.definitions.add(type));
  }

  /** Removes an object with all that goes with it, and answers with what went. */
  remove(object: KubernetesObject): KubernetesObject[] {
    this.#objects.delete(`${object.type} ${idOf(object)}`);
    const followers = this.all().filter((other) => goesWith(other, object));
    if (object.type === releaseType) this.#undefine(object);
    return [object, ...followers.flatMap((follower) => this.remove(follower))];
  }

  #undefine(release: KubernetesObject): void {
    const { definitions, keepsDefinitions } = chartOf(release.inputs);
    if (!keepsDefinitions) definitions.forEach((type) => this.definitions.delete(type));
  }
}

/** A namespace takes along what is in it; a chart's types take along their objects. */
function goesWith(object: KubernetesObject, gone: KubernetesObject): boolean {
  if (gone.type === 'v1/Namespace') return object.namespace === gone.name;
  if (gone.type !== releaseType) return false;
  const { definitions, keepsDefinitions } = chartOf(gone.inputs);
  return !keepsDefinitions && definitions.includes(object.type);
}
