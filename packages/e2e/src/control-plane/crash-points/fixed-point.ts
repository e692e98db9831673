import type { FaceComparisonStatus } from '../kube/objects.js';

/**
 * A state in words that are the same for each run that ends well: without names of versions, instants and counts of what
 * was written on the way.
 */
export function fixedPoint(plan: string, status: FaceComparisonStatus, nameOf: (version: string) => string): string {
  const { phase, model = '', version = '', weight, replicas, readyReplicas, updatedReplicas } = status;
  return JSON.stringify({
    plan: planShape(plan, nameOf),
    phase,
    model: nameOf(model),
    version: nameOf(version),
    weight,
    replicas,
    readyReplicas,
    updatedReplicas,
    rollout: status.rollout?.phase,
    retained: status.retained?.version,
    // Those of journeys before this one are there as well.
    rejected: (status.rejected ?? [])
      .filter(({ model: rejected }) => nameOf(rejected) !== rejected)
      .map(({ model: rejected, reason }) => `${nameOf(rejected)} ${reason}`),
    conditions: (status.conditions ?? [])
      .map(({ type, status: value, reason }) => `${type} ${value} ${reason ?? ''}`)
      .sort(),
  });
}

/** A plan without its generation, with roles instead of versions. */
function planShape(text: string, nameOf: (version: string) => string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === 'generation' || key === 'manifest' || key === 'sha256') return undefined;
    return typeof value === 'string' ? nameOf(value) : value;
  });
}
