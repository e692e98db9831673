/** A kind of object as the API server's paths name it. */
export interface Resource {
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly root: string;
  readonly plural: string;
}

const core = (plural: string): Resource => ({ root: '/api/v1', plural });
const ours = (plural: string): Resource => ({ root: '/apis/face-comparison.dev/v1alpha1', plural });

export const PODS = core('pods');
export const NODES: Resource = core('nodes');
export const SERVICES = core('services');
export const CONFIG_MAPS = core('configmaps');
export const SERVICE_ACCOUNTS = core('serviceaccounts');
export const NAMESPACES: Resource = core('namespaces');
export const DEPLOYMENTS: Resource = { root: '/apis/apps/v1', plural: 'deployments' };
export const BUDGETS: Resource = { root: '/apis/policy/v1', plural: 'poddisruptionbudgets' };
export const AUTOSCALERS: Resource = { root: '/apis/autoscaling/v2', plural: 'horizontalpodautoscalers' };
export const NETWORK_POLICIES: Resource = { root: '/apis/networking.k8s.io/v1', plural: 'networkpolicies' };
export const EVENTS: Resource = { root: '/apis/events.k8s.io/v1', plural: 'events' };
export const LEASES: Resource = { root: '/apis/coordination.k8s.io/v1', plural: 'leases' };
export const CRDS: Resource = { root: '/apis/apiextensions.k8s.io/v1', plural: 'customresourcedefinitions' };
export const FACE_MODELS = ours('facemodels');
export const FACE_COMPARISONS = ours('facecomparisons');

/** The children of a FaceComparison, by which it is told whether something of it is left. */
export const CHILDREN: readonly Resource[] = [
  SERVICE_ACCOUNTS,
  CONFIG_MAPS,
  DEPLOYMENTS,
  SERVICES,
  BUDGETS,
  AUTOSCALERS,
  NETWORK_POLICIES,
];

/** The path of one object, or of all of a namespace, or of all. */
export function pathOf(resource: Resource, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${resource.root}${scope}/${resource.plural}${name === undefined ? '' : `/${name}`}`;
}
