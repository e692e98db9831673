import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Errors } from 'typebox/value';

import { nameRule, type FaceComparison } from './face-comparison.js';
import { FaceComparisonSpecSchema, type FaceComparisonSpec } from './face-comparison-spec.js';
import { FaceModelSpecSchema, type FaceModelSpec } from './face-model.js';

// The API server refuses what does not hold, by the CRD that is installed. The operator looks again before it acts: the CRD
// may be older, or an object older than the CRD.

/**
 * What is wrong with a spec of a FaceComparison, one sentence for each mistake with field, value and what is expected; none
 * for a spec that holds. The schema and the rules are those of the CRD. Rules about several fields are looked at once each
 * field is right in itself.
 */
export function specMistakes(spec: FaceComparisonSpec): string[] {
  return mistakes(FaceComparisonSpecSchema, spec, 'spec');
}

/** The same for a whole FaceComparison: its name has a rule, too. */
export function faceComparisonMistakes({ metadata, spec }: FaceComparison): string[] {
  const { name } = metadata;
  const badName = nameRule.holds(name) ? [] : [sentence('metadata.name', name, nameRule.message)];
  return [...badName, ...specMistakes(spec)];
}

/** The same for the spec of a FaceModel. */
export function modelSpecMistakes(spec: FaceModelSpec): string[] {
  return mistakes(FaceModelSpecSchema, spec, 'spec');
}

function mistakes(schema: TSchema, value: unknown, root: string): string[] {
  return Errors(schema, value).flatMap((error) => {
    // A union says what it wants by itself.
    if (error.schemaPath.includes('/anyOf/')) return [];
    const path = `${root}${fieldPath(error.instancePath)}`;
    const here = at(value, error.instancePath);
    return error.keyword === 'required'
      ? error.params.requiredProperties.map((property) => `${path}.${property} is missing`)
      : [sentence(path, here, expectation(error))];
  });
}

function sentence(path: string, value: unknown, expected: string): string {
  return `${path} is ${shown(value)}: ${expected}`;
}

function expectation(error: TLocalizedValidationError): string {
  switch (error.keyword) {
    case '~refine':
      return error.params.message;
    case 'enum':
      return `must be ${error.params.allowedValues.map((value) => String(value)).join(' or ')}`;
    case 'anyOf':
      return 'must be a quantity such as 2, 500m or 4Gi'; // the only union that there is
    default:
      return error.message;
  }
}

/** A value in one line, cut where it is long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** A JSON pointer as users write fields: /rollout/steps/1/hold is .rollout.steps[1].hold. */
function fieldPath(pointer: string): string {
  return segments(pointer)
    .map((segment) => {
      if (/^[0-9]+$/.test(segment)) return `[${segment}]`;
      return /^[A-Za-z_][A-Za-z0-9_]*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
    })
    .join('');
}

function at(value: unknown, pointer: string): unknown {
  return segments(pointer).reduce<unknown>(
    (here, segment) =>
      typeof here === 'object' && here !== null ? Object.getOwnPropertyDescriptor(here, segment)?.value : undefined,
    value,
  );
}

function segments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
