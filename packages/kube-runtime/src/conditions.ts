import { timestamp } from './wire.js';

/** metav1.Condition, as JSON. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  /** One CamelCase word for programs. */
  reason: string;
  /** A sentence for people. */
  message: string;
  observedGeneration?: number;
  /** When `status` last flipped. */
  lastTransitionTime: string;
}

/**
 * Sets one condition. `lastTransitionTime` moves only when `status` flips; the others keep their places, a new one comes
 * last. The input is not changed.
 *
 * @returns a new list, or `conditions` itself if nothing in it would change
 */
export function setCondition(
  conditions: Condition[] | undefined,
  wanted: Omit<Condition, 'lastTransitionTime'>,
  nowMs: number,
): Condition[];
export function setCondition(
  conditions: readonly Condition[] | undefined,
  wanted: Omit<Condition, 'lastTransitionTime'>,
  nowMs: number,
): readonly Condition[];
export function setCondition(
  conditions: readonly Condition[] | undefined,
  wanted: Omit<Condition, 'lastTransitionTime'>,
  nowMs: number,
): readonly Condition[] {
  const list = conditions ?? [];
  const index = list.findIndex(({ type }) => type === wanted.type);
  const current = list[index];
  if (!current) return [...list, { ...wanted, lastTransitionTime: timestamp(nowMs) }];
  if (sameCondition(current, wanted)) return list;
  const flipped = current.status !== wanted.status;
  return list.with(index, {
    ...wanted,
    lastTransitionTime: flipped ? timestamp(nowMs) : current.lastTransitionTime,
  });
}

/** The condition of a type. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

function sameCondition(a: Omit<Condition, 'lastTransitionTime'>, b: Omit<Condition, 'lastTransitionTime'>): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration
  );
}
