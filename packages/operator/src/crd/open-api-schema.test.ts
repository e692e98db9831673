import Type from 'typebox';

import { openApiSchema } from './open-api-schema.js';

const described = (description = 'x') => ({ description });

describe('openApiSchema', () => {
  it('says in OpenAPI v3.0 what JSON Schema says otherwise', () =>
    expect(
      openApiSchema(
        Type.Object({
          above: Type.Number({ exclusiveMinimum: 0, ...described() }),
          labels: Type.Optional(Type.Record(Type.String(), Type.String(), described())),
          size: Type.Union([Type.Integer(), Type.String({ pattern: '^a$' })], {
            'x-kubernetes-int-or-string': true,
            'x-operator-default': 1,
            ...described(),
          }),
        }),
      ),
    ).toEqual({
      type: 'object',
      required: ['above', 'size'],
      properties: {
        above: { type: 'number', minimum: 0, exclusiveMinimum: true, description: 'x' },
        labels: { type: 'object', additionalProperties: { type: 'string' }, description: 'x' },
        size: {
          anyOf: [{ type: 'integer' }, { type: 'string' }],
          pattern: '^a$',
          'x-kubernetes-int-or-string': true,
          description: 'x',
        },
      },
    }));

  it.each([
    [
      'a keyword',
      Type.Object({ a: Type.Array(Type.String(), { uniqueItems: true, ...described() }) }),
      '$.a has uniqueItems',
    ],
    ['a union', Type.Object({ a: Type.Union([Type.Boolean(), Type.Null()], described()) }), '$.a is a union'],
    ['a field without a description', Type.Object({ a: Type.String() }), '$.a has no description'],
  ])('refuses %s that a CustomResourceDefinition cannot say, and names its place', (_, schema, message) =>
    expect(() => openApiSchema(schema)).toThrow(message),
  );
});
