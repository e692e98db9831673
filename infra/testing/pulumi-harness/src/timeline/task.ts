import type { StateResource } from '../pulumi/state.js';

/** One resource of a stack, as far as its time is concerned. */
export interface Task {
  readonly urn: string;
  /** `Cluster main` */
  readonly name: string;
  readonly seconds: number;
  /** URNs of tasks that must be done before. */
  readonly after: readonly string[];
}

/** How long an operation on a resource takes. */
export type SecondsOf = (resource: StateResource) => number;

/** The tasks that make the resources of a state: each after its parent, its provider and all that it depends on. */
export function tasksOf(resources: readonly StateResource[], secondsOf: SecondsOf): Task[] {
  return resources.map((resource) => ({
    urn: resource.urn,
    name: nameOf(resource),
    seconds: secondsOf(resource),
    after: [...new Set([...resource.dependencies, resource.parent, resource.provider])].filter(
      (urn): urn is string => urn !== undefined && urn !== resource.urn,
    ),
  }));
}

/** `aws:eks/cluster:Cluster` named main as "Cluster main". */
function nameOf({ type, urn }: StateResource): string {
  return `${type.split(':').at(-1) ?? type} ${urn.split('::').at(-1) ?? ''}`;
}
