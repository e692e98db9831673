import type { GraphResource } from './graph-resource.js';

/**
 * The resources that a program registered and what each needs: its dependencies, its provider, its parent and what it
 * is deleted with. The engine makes them in this order and destroys them in the reverse order.
 */
export class ResourceGraph {
  readonly resources: readonly GraphResource[];
  /** What the program exported, as plain values. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly #byUrn: ReadonlyMap<string, GraphResource>;
  readonly #reachable = new Map<string, ReadonlySet<string>>();

  constructor(resources: readonly GraphResource[], outputs: Readonly<Record<string, unknown>> = {}) {
    this.resources = resources;
    this.outputs = outputs;
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  /** Resources of a type: its whole token ("aws:ec2/vpc:Vpc"), or a pattern for several. */
  ofType(type: string | RegExp): GraphResource[] {
    return this.resources.filter((resource) =>
      typeof type === 'string' ? resource.type === type : type.test(resource.type),
    );
  }

  /**
   * The one resource of a type and a name.
   *
   * @throws Error that lists the names there are, where there is none of this name.
   */
  get(type: string, name: string): GraphResource {
    const found = this.ofType(type).find((resource) => resource.name === name);
    if (found === undefined) {
      const names = this.ofType(type).map((resource) => resource.name);
      throw new Error(`there is no ${type} named ${name}; there are: ${names.join(', ') || 'none'}`);
    }
    return found;
  }

  /** What `resource` needs itself: the engine makes these before it, and destroys them after it. */
  needs(resource: GraphResource): GraphResource[] {
    const { dependencies, provider, parent, deletedWith } = resource;
    const urns = new Set([...dependencies, ...[provider, parent, deletedWith].filter((urn) => urn !== undefined)]);
    return [...urns].flatMap((urn) => this.#byUrn.get(urn) ?? []);
  }

  /** Whether `resource` needs `other`, itself or through others. */
  isMadeAfter(resource: GraphResource, other: GraphResource): boolean {
    return this.#closure(resource.urn).has(other.urn);
  }

  /** Whether the engine destroys `resource` only once `other` is gone: `other` needs it, itself or through others. */
  isDestroyedAfter(resource: GraphResource, other: GraphResource): boolean {
    return this.isMadeAfter(other, resource);
  }

  /** One shortest chain of needs from `resource` to `other`, names first and last included, for messages of tests. */
  chain(resource: GraphResource, other: GraphResource): string[] {
    const chains: GraphResource[][] = [[resource]];
    const seen = new Set([resource.urn]);
    for (let chain = chains.shift(); chain !== undefined; chain = chains.shift()) {
      const last = chain.at(-1) ?? resource;
      if (last.urn === other.urn) {
        return chain.map(({ type, name }) => `${type.split(':').at(-1) ?? type} ${name}`);
      }
      for (const next of this.needs(last)) {
        if (!seen.has(next.urn)) {
          seen.add(next.urn);
          chains.push([...chain, next]);
        }
      }
    }
    return [];
  }

  /**
   * What a destroy deletes, step by step: everything in a wave can go once the waves before it are gone. Components and
   * resources that were only read are left out.
   */
  destroyWaves(): GraphResource[][] {
    const waves: GraphResource[][] = [];
    let rest = this.resources;
    while (rest.length > 0) {
      const needed = new Set(rest.flatMap((resource) => this.needs(resource).map(({ urn }) => urn)));
      const wave = rest.filter(({ urn }) => !needed.has(urn));
      if (wave.length === 0) {
        throw new Error(`a circle of dependencies: ${rest.map(({ urn }) => urn).join(', ')}`);
      }
      waves.push(wave.filter(({ custom, external }) => custom && !external));
      rest = rest.filter(({ urn }) => needed.has(urn));
    }
    return waves.filter((wave) => wave.length > 0);
  }

  #closure(urn: string): ReadonlySet<string> {
    const known = this.#reachable.get(urn);
    if (known !== undefined) {
      return known;
    }
    const found = new Set<string>();
    // Set before the walk ends, so that a circle cannot recurse for ever.
    this.#reachable.set(urn, found);
    const resource = this.#byUrn.get(urn);
    for (const next of resource === undefined ? [] : this.needs(resource)) {
      found.add(next.urn);
      for (const further of this.#closure(next.urn)) {
        found.add(further);
      }
    }
    return found;
  }
}
