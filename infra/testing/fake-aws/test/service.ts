import type { Props } from '../src/catalogue/kind.js';
import { createObject, updateObject, deleteObject } from '../src/kubernetes/operations.js';
import type { Cluster } from '../src/kubernetes/cluster.js';
import { idOf, type KubernetesObject } from '../src/kubernetes/object.js';
import type { World } from '../src/world/world.js';

const wait = { timeout: 600, signal: new AbortController().signal };
const face = 'kubernetes:face-comparison.dev/v1alpha1:';

/** Makes objects in a cluster of a world. */
export class Objects {
  readonly world: World;
  readonly cluster: Cluster;

  constructor(world: World, cluster: Cluster) {
    this.world = world;
    this.cluster = cluster;
  }

  create(type: string, name: string, inputs: Props = {}, namespace = 'faces'): Promise<KubernetesObject> {
    const given = { metadata: { name, namespace }, ...inputs };
    return createObject(this.world, this.cluster, type, given, wait);
  }

  namespace(): Promise<KubernetesObject> {
    return this.create('kubernetes:core/v1:Namespace', 'faces');
  }

  release(chart: string, inputs: Props = {}): Promise<KubernetesObject> {
    const given = { name: chart, namespace: 'faces', chart, ...inputs };
    return createObject(this.world, this.cluster, 'kubernetes:helm.sh/v3:Release', given, wait);
  }

  operator(): Promise<KubernetesObject> {
    return this.release('../../charts/face-comparison-operator', {
      name: 'operator',
      values: { crds: { keep: false } },
    });
  }

  model(manifest = 'file:///models/default/manifest.json'): Promise<KubernetesObject> {
    return this.create(`${face}FaceModel`, 'default', { spec: { version: '2.0.0', source: { manifest } } });
  }

  /** A FaceComparison that is waited for. */
  faces(spec: Props = {}): Promise<KubernetesObject> {
    const metadata = { name: 'faces', namespace: 'faces', annotations: { 'pulumi.com/waitFor': 'condition=Ready' } };
    return this.create(`${face}FaceComparison`, 'faces', { metadata, spec: { model: 'default', ...spec } });
  }

  service(spec: Props): Promise<KubernetesObject> {
    return this.create('kubernetes:core/v1:Service', 'faces-port', { spec });
  }

  update(object: KubernetesObject, inputs: Props, ignored: readonly string[] = []): Promise<KubernetesObject> {
    return updateObject(this.world, this.cluster, tokenOf(object), { id: idOf(object), inputs, ignored }, wait);
  }

  delete(object: KubernetesObject): Promise<void> {
    return deleteObject(this.world, this.cluster, tokenOf(object), idOf(object), wait.signal);
  }
}

const tokenOf = ({ type }: KubernetesObject): string => {
  const parts = type.split('/');
  const group = parts.length === 2 ? `core/${parts[0] ?? ''}` : parts.slice(0, -1).join('/');
  return `kubernetes:${group}:${parts.at(-1) ?? ''}`;
};
