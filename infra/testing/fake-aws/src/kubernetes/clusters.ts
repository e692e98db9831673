import { numberAt, textAt, textsAt } from '../account/paths.js';
import type { Entity } from '../account/entity.js';
import type { AccountState } from '../account/account-state.js';
import { Cluster, type Nodes, type StoredCluster } from './cluster.js';

/** Why a cluster does not answer. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const isGpu = (group: Entity): boolean => /NVIDIA|GPU/.test(textAt(group.inputs, 'amiType'));

/** The clusters of an account, and one that is not of it. */
export class Clusters {
  readonly #world: AccountState;
  readonly #byName = new Map<string, Cluster>();
  #cut = false;
  /** A cluster that no EKS resource stands for: what `kubectl` would reach by itself. */
  #ambient: { readonly cluster: Cluster; readonly nodes: Nodes } | undefined;

  constructor(world: AccountState) {
    this.#world = world;
  }

  /** Nobody reaches a cluster until {@link restoreNetwork}: a VPN that is down, an address that is not allowed. */
  cutNetwork(): void {
    this.#cut = true;
  }

  restoreNetwork(): void {
    this.#cut = false;
  }

  /** Adds the cluster that a kubeconfig without EKS leads to. */
  addAmbient(nodes: Nodes = { cpu: true, gpu: false }): Cluster {
    const cluster = new Cluster('ambient');
    this.#ambient = { cluster, nodes };
    return cluster;
  }

  /** The objects of an EKS cluster by its name, reachable or not. */
  of(name: string): Cluster {
    const known = this.#byName.get(name);
    if (known) return known;
    const cluster = new Cluster(name);
    this.#byName.set(name, cluster);
    return cluster;
  }

  /** A cluster went: nothing of it is left, and nobody cleans up what it made outside. */
  forget(name: string): void {
    this.#byName.delete(name);
  }

  toJSON(): StoredCluster[] {
    return this.all().map((cluster) => cluster.toJSON());
  }

  /** Becomes what {@link toJSON} stored; an ambient cluster has to be added before. */
  restore(stored: readonly StoredCluster[]): void {
    this.#byName.clear();
    for (const one of stored) {
      const cluster = this.#ambient?.cluster.name === one.name ? this.#ambient.cluster : this.of(one.name);
      cluster.restore(one);
    }
  }

  /** Every cluster that still has objects. */
  all(): Cluster[] {
    return [...this.#byName.values(), ...(this.#ambient ? [this.#ambient.cluster] : [])];
  }

  /**
   * The cluster that a kubeconfig leads to.
   *
   * @throws UnreachableError as kubectl would say it.
   */
  reach(kubeconfig: string): Cluster {
    const endpoint = /https:\/\/[\w.-]+\.eks\.amazonaws\.com/.exec(kubeconfig)?.[0];
    if (this.#cut) throw unreachable(endpoint ?? 'https://127.0.0.1:6443', 'i/o timeout');
    if (endpoint === undefined) {
      if (this.#ambient) return this.#ambient.cluster;
      throw new UnreachableError(
        'unable to load Kubernetes client configuration from kubeconfig file: no cluster in it, and the world has no ambient one',
      );
    }
    this.#world.settle();
    const entity = this.#world.entities
      .of('eks/cluster')
      .find((cluster) => textAt(cluster.outputs, 'endpoint') === endpoint);
    if (!entity || entity.state === 'creating' || entity.state === 'deleting')
      throw unreachable(endpoint, 'no such host');
    if (!this.#world.credentials.valid()) {
      throw new UnreachableError('getting credentials: exec: executable aws failed with exit code 255: ExpiredToken');
    }
    if (!this.#admits(entity)) {
      throw new UnreachableError(
        'the server has asked for the client to provide credentials (Unauthorized): no access entry for the caller',
      );
    }
    return this.of(entity.id);
  }

  /** Which pods the nodes of a cluster take. */
  nodesOf(cluster: Cluster): Nodes {
    if (this.#ambient?.cluster === cluster) return this.#ambient.nodes;
    this.#world.settle();
    const groups = this.#world.entities
      .of('eks/nodeGroup')
      .filter(
        (group) =>
          textAt(group.inputs, 'clusterName') === cluster.name &&
          (group.state === 'active' || group.state === 'updating'),
      );
    const grows = cluster.releaseOf('cluster-autoscaler') !== undefined;
    const takes = (group: Entity): boolean =>
      (numberAt(group.inputs, 'scalingConfig.desiredSize') ?? 0) > 0 ||
      (grows && (numberAt(group.inputs, 'scalingConfig.maxSize') ?? 0) > 0);
    return {
      cpu: groups.some((group) => !isGpu(group) && takes(group)),
      gpu: groups.some((group) => isGpu(group) && takes(group)),
    };
  }

  /** Who made the cluster may speak to it unless the program says otherwise; everybody else needs an access entry. */
  #admits(cluster: Entity): boolean {
    const access = cluster.inputs['accessConfig'];
    const creator = JSON.stringify(access ?? {}).includes('"bootstrapClusterCreatorAdminPermissions":false');
    if (!creator) return true;
    const caller = `arn:aws:iam::${this.#world.account}:user/tester`;
    return this.#world.entities
      .of('eks/accessEntry')
      .some(
        (entry) =>
          textsAt(entry.inputs, 'principalArn').includes(caller) && textAt(entry.inputs, 'clusterName') === cluster.id,
      );
  }
}

const unreachable = (endpoint: string, why: string): UnreachableError =>
  new UnreachableError(
    `Get "${endpoint}/version?timeout=32s": dial tcp: lookup ${endpoint.replace('https://', '')}: ${why}`,
  );
