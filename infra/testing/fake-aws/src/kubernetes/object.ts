import type { Props } from '../catalogue/kind.js';
import { isRecord, textAt } from '../account/paths.js';

/** An object in a cluster, or a Helm release. Plain data. */
export interface KubernetesObject {
  /** `v1/Namespace`, `face-comparison.dev/v1alpha1/FaceModel`, `helm.sh/v3/Release`. */
  readonly type: string;
  /** Empty for what belongs to no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** What the last writer asked for. */
  inputs: Props;
  status: Props;
  generation: number;
}

export const releaseType = 'helm.sh/v3/Release';

const clusterScoped = new Set([
  'v1/Namespace',
  'rbac.authorization.k8s.io/v1/ClusterRole',
  'storage.k8s.io/v1/StorageClass',
]);

/** `kubernetes:core/v1:Namespace` is `v1/Namespace`: the group `core` has no name in the API. */
export function objectType(token: string): string {
  const [, version = '', kind = ''] = token.split(':');
  return `${version.replace(/^core\//, '')}/${kind}`;
}

/** Where an object is: its type, namespace and name. */
export function placeOf(type: string, inputs: Props): { readonly namespace: string; readonly name: string } {
  const at = type === releaseType ? '' : 'metadata.';
  const namespace = textAt(inputs, `${at}namespace`) || 'default';
  return { namespace: clusterScoped.has(type) ? '' : namespace, name: textAt(inputs, `${at}name`) };
}

/** The id that the provider gives: `namespace/name`, or the name alone. */
export const idOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  namespace === '' ? name : `${namespace}/${name}`;

/** What the provider reports of an object: what was asked for, and what the cluster added. */
export function outputsOf(object: KubernetesObject): Props {
  const { __autonamed, ...inputs } = object.inputs;
  if (object.type === releaseType) return { ...inputs, status: object.status };
  const metadata = isRecord(inputs['metadata']) ? inputs['metadata'] : {};
  return {
    ...inputs,
    metadata: {
      ...metadata,
      name: object.name,
      ...(object.namespace === '' ? {} : { namespace: object.namespace }),
      uid: object.uid,
      generation: object.generation,
    },
    ...(Object.keys(object.status).length === 0 ? {} : { status: object.status }),
  };
}
