import type { FaceComparison, ServedBy } from '../api/v1alpha1/index.js';

/** What a FaceComparison does with the model of this digest: one role, the most telling; none when it does not load it. */
export function rolesOf({ metadata: { name }, status }: FaceComparison, sha256: string): ServedBy[] {
  const { serving, rollout, retained } = status ?? {};
  if (serving?.sha256 === sha256) return [{ name, role: 'Default' }];
  if (rollout?.sha256 === sha256) return [{ name, role: rollout.weight === undefined ? 'Loading' : 'Canary' }];
  if (retained?.sha256 === sha256) return [{ name, role: 'Retained' }];
  return [];
}
