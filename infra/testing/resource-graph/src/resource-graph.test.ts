import type { GraphResource } from './graph-resource.js';
import { ResourceGraph } from './resource-graph.js';

function thing(name: string, needs: readonly string[] = [], more: Partial<GraphResource> = {}): GraphResource {
  return {
    urn: `urn:${name}`,
    type: `t:i:${name[0] ?? ''}`,
    name,
    custom: true,
    external: false,
    parent: undefined,
    provider: undefined,
    dependencies: needs.map((need) => `urn:${need}`),
    inputDependencies: {},
    deletedWith: undefined,
    inputs: {},
    secretInputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    secretOutputs: [],
    retainOnDelete: false,
    protect: false,
    timeouts: { create: undefined, update: undefined, delete: undefined },
    ...more,
  };
}

const vpc = thing('vpc');
const subnet = thing('subnet', ['vpc']);
const nodes = thing('nodes', ['subnet'], { parent: 'urn:group' });
const group = thing('group', [], { custom: false });
const role = thing('role', [], { provider: 'urn:provider' });
const provider = thing('provider');
const graph = new ResourceGraph([nodes, vpc, subnet, group, role, provider]);

describe('ResourceGraph', () => {
  it('tells what is destroyed after what, through others too', () => {
    expect(graph.isDestroyedAfter(vpc, nodes)).toBe(true);
    expect(graph.isDestroyedAfter(nodes, vpc)).toBe(false);
    expect(graph.isDestroyedAfter(role, nodes)).toBe(false);
    expect(graph.isDestroyedAfter(provider, role)).toBe(true);
    expect(graph.isMadeAfter(nodes, vpc)).toBe(true);
    expect(graph.isDestroyedAfter(vpc, vpc)).toBe(false);
  });

  it('orders a destroy in waves, without components', () => {
    expect(graph.destroyWaves().map((wave) => wave.map(({ name }) => name))).toEqual([
      ['nodes', 'role'],
      ['subnet', 'provider'],
      ['vpc'],
    ]);
  });

  it('shows the chain between two resources', () => {
    expect(graph.chain(nodes, vpc)).toEqual(['n nodes', 's subnet', 'v vpc']);
    expect(graph.chain(vpc, nodes)).toEqual([]);
  });

  it('finds resources by type and name, and says what there is instead', () => {
    expect(graph.ofType(/^t:i:[vs]$/)).toEqual([vpc, subnet]);
    expect(graph.get('t:i:v', 'vpc')).toBe(vpc);
    expect(() => graph.get('t:i:v', 'other')).toThrow('there is no t:i:v named other; there are: vpc');
  });

  it('refuses a circle', () => {
    expect(() => new ResourceGraph([thing('a', ['b']), thing('b', ['a'])]).destroyWaves()).toThrow(
      'a circle of dependencies: urn:a, urn:b',
    );
  });
});
