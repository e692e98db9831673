import type { TSchema } from 'typebox';

import { FaceComparisonSpecSchema, FaceModelSpecSchema } from '../api/v1alpha1/index.js';
import { FACE_MODEL_EXAMPLE, FULL_FACE_COMPARISON } from './examples.js';
import { openApiSchema, type OpenApiSchema } from './open-api-schema.js';

/** Fields of a schema that a value does not give, anywhere within it. */
function notGiven({ properties, items }: OpenApiSchema, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const within = isSchema(items) ? value.map((item, index) => notGiven(items, item, `${path}[${index}]`)) : [[]];
    // A field may be given by any of the items.
    const names = within.map((list) => list.map((name) => name.replace(/\[\d+\]/g, '[]')));
    return (names[0] ?? []).filter((name) => names.every((list) => list.includes(name)));
  }
  return Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const member: unknown = Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
    return member === undefined ? [`${path}.${name}`] : notGiven(property, member, `${path}.${name}`);
  });
}

function isSchema(value: unknown): value is OpenApiSchema {
  return typeof value === 'object' && value !== null;
}

const fieldsMissing = (schema: TSchema, spec: object) => notGiven(openApiSchema(schema), spec, 'spec');

// That they hold is looked at with all other specs that do: test/example-specs.ts.
describe('the examples of the reference', () => {
  it('give every field of a FaceComparison, but for the number of pods beside autoscaling', () =>
    expect(fieldsMissing(FaceComparisonSpecSchema, FULL_FACE_COMPARISON.spec)).toEqual([
      'spec.replicas',
      'spec.pod.tolerations[].tolerationSeconds',
    ]));

  it('give every field of a FaceModel', () =>
    expect(fieldsMissing(FaceModelSpecSchema, FACE_MODEL_EXAMPLE.spec)).toEqual([]));
});
