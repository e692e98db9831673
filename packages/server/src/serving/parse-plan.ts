import { Value } from 'typebox/value';
import { ServingPlanSchema, servingPlanMistakes, type ServingPlan } from '@face-comparison/contract';

import { jsonText } from '../json-text.js';

/** A serving plan that cannot be read. The message says what is wrong with it. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  /** Of the refused plan, where that much could be read. */
  readonly generation: number | null;

  constructor(message: string, generation: number | null) {
    super(message);
    this.generation = generation;
  }
}

/**
 * Reads a serving plan.
 *
 * @param content its text, or the bytes of its file
 * @throws PlanError naming every mistake
 */
export function parsePlan(content: string | Buffer): ServingPlan {
  let value: unknown;
  try {
    value = JSON.parse(jsonText(content));
  } catch (error) {
    throw new PlanError(`the plan is not JSON: ${error instanceof Error ? error.message : String(error)}`, null);
  }
  if (!Value.Check(ServingPlanSchema, value)) {
    const mistakes = Value.Errors(ServingPlanSchema, value).map(
      ({ instancePath, message }) => `${instancePath || 'the plan'} ${message}`,
    );
    throw new PlanError(mistakes.join('; '), generationOf(value));
  }
  const mistakes = servingPlanMistakes(value);
  if (mistakes.length > 0) throw new PlanError(mistakes.join('; '), value.generation);
  return value;
}

function generationOf(value: unknown): number | null {
  const generation =
    typeof value === 'object' && value !== null && 'generation' in value ? value.generation : undefined;
  return typeof generation === 'number' && Number.isInteger(generation) && generation >= 0 ? generation : null;
}
