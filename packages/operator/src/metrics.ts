import { Counter, Gauge, type Registry } from 'prom-client';

import type { FaceComparisonStatus } from './api/v1alpha1/index.js';
import type { RolloutEvent } from './domain/rollout-event.js';

/** How rollouts end, as the label `outcome`. */
const OUTCOMES: Readonly<Partial<Record<RolloutEvent['reason'], string>>> = {
  RolloutSucceeded: 'succeeded',
  RolloutRejected: 'rejected',
  RolloutAborted: 'aborted',
  RolledBack: 'rolled_back',
};

/** What the operator counts of rollouts, beside what every controller counts. */
export class OperatorMetrics {
  readonly #phase;
  readonly #rollouts;
  readonly #rejected;
  readonly #generation;
  readonly #ready;
  /** The phase that is shown for a FaceComparison, by namespace and name. */
  readonly #shown = new Map<string, string>();

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['namespace', 'name'] as const;
    this.#phase = new Gauge({
      name: 'face_comparison_rollout_phase',
      help: '1 for the phase that a FaceComparison is in',
      labelNames: [...labelNames, 'phase'] as const,
      registers,
    });
    this.#rollouts = new Counter({
      name: 'face_comparison_rollouts_total',
      help: 'Rollouts that ended, by how: succeeded, rejected, aborted, rolled_back',
      labelNames: [...labelNames, 'outcome'] as const,
      registers,
    });
    this.#rejected = new Counter({
      name: 'face_comparison_rejected_models_total',
      help: 'Models that were given up, by the reason',
      labelNames: ['reason'] as const,
      registers,
    });
    this.#generation = new Gauge({
      name: 'face_comparison_plan_generation',
      help: 'Generation of the serving plan',
      labelNames,
      registers,
    });
    this.#ready = new Gauge({
      name: 'face_comparison_ready_replicas',
      help: 'Pods that answer',
      labelNames,
      registers,
    });
  }

  /** Shows what a FaceComparison is doing. */
  show(namespace: string, name: string, status: FaceComparisonStatus): void {
    const { phase = 'Pending', planGeneration = 0, readyReplicas = 0 } = status;
    const key = `${namespace}/${name}`;
    const before = this.#shown.get(key);
    if (before !== undefined && before !== phase) this.#phase.remove({ namespace, name, phase: before });
    this.#shown.set(key, phase);
    this.#phase.set({ namespace, name, phase }, 1);
    this.#generation.set({ namespace, name }, planGeneration);
    this.#ready.set({ namespace, name }, readyReplicas);
  }

  /** Counts what happened. */
  count(namespace: string, name: string, events: readonly RolloutEvent[], status: FaceComparisonStatus): void {
    for (const { reason } of events) {
      const outcome = OUTCOMES[reason];
      if (outcome !== undefined) this.#rollouts.inc({ namespace, name, outcome });
      if (reason === 'RolloutRejected') this.#rejected.inc({ reason: status.rejected?.at(-1)?.reason ?? 'unknown' });
    }
  }

  /** Shows a FaceComparison that is gone no more. */
  forget(namespace: string, name: string): void {
    const phase = this.#shown.get(`${namespace}/${name}`);
    this.#shown.delete(`${namespace}/${name}`);
    if (phase !== undefined) this.#phase.remove({ namespace, name, phase });
    this.#generation.remove({ namespace, name });
    this.#ready.remove({ namespace, name });
  }
}
