import type { ServingPlan } from '@face-comparison/contract';

import type { ModelRef } from './model-ref.js';

/** What a plan says, whatever its number. */
export type PlanContent = Omit<ServingPlan, 'generation'>;

/** What pods should do: who answers, what else is loaded, and which share or which instant another version has. */
export interface PlanDraft {
  readonly standard: ModelRef;
  /** Loaded beside it, in any order. */
  readonly beside: readonly ModelRef[];
  readonly canary?: { readonly model: ModelRef; readonly weight: number };
  readonly switch?: { readonly to: ModelRef; readonly at: string };
}

/** The plan's content; entries are sorted, so that the same draft always gives the same text. */
export function planContent(draft: PlanDraft): PlanContent {
  const byVersion = new Map(
    [draft.standard, ...draft.beside].map(({ version, manifest, sha256 }) => [version, { version, manifest, sha256 }]),
  );
  return {
    default: draft.standard.version,
    models: [...byVersion.values()].sort((a, b) => (a.version < b.version ? -1 : 1)),
    ...(draft.canary === undefined
      ? {}
      : { canary: { version: draft.canary.model.version, weight: draft.canary.weight } }),
    ...(draft.switch === undefined ? {} : { switch: { to: draft.switch.to.version, at: draft.switch.at } }),
  };
}

/**
 * The plan to write: the present one when it says the same already, else one of the next generation.
 * @param floor the highest generation that is known to have been written, also when the plan itself was lost
 */
export function nextPlan(content: PlanContent, present: ServingPlan | undefined, floor: number): ServingPlan {
  if (present !== undefined && present.generation >= floor && isSameContent(content, present)) return present;
  return { generation: Math.max(present?.generation ?? 0, floor) + 1, ...content };
}

function isSameContent(content: PlanContent, { generation: _, ...present }: ServingPlan): boolean {
  return planText(content) === planText(present);
}

/** One text for one content, whatever order its members came in. */
function planText({ default: standard, models, canary, switch: flip }: PlanContent): string {
  const sorted = [...models]
    .sort((a, b) => (a.version < b.version ? -1 : 1))
    .map(({ version, manifest, sha256 }) => [version, manifest, sha256]);
  return JSON.stringify([standard, sorted, canary?.version, canary?.weight, flip?.to, flip?.at]);
}
