import Type, { type Static } from 'typebox';

import { Instant } from './schema-parts.js';

/** One condition, as the API conventions of Kubernetes have it (metav1.Condition). */
export const ConditionSchema = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: 316, description: 'What is judged.' }),
    status: Type.Enum(['True', 'False', 'Unknown'], { type: 'string', description: 'Whether it is so.' }),
    observedGeneration: Type.Optional(
      Type.Integer({ minimum: 0, format: 'int64', description: 'The generation of the object that was judged.' }),
    ),
    lastTransitionTime: Instant('When status changed last.'),
    reason: Type.String({ minLength: 1, maxLength: 1024, description: 'Why, in a word for programs.' }),
    message: Type.String({ maxLength: 32_768, description: 'Why, in a sentence for people.' }),
  },
  { description: 'One condition.' },
);
export type Condition = Static<typeof ConditionSchema>;
export type ConditionStatus = Condition['status'];

/** A condition of one of the types that a kind has. */
export type ConditionOf<ConditionType extends string> = Omit<Condition, 'type'> & { type: ConditionType };

/** All conditions of an object, each type once. Other programs may add conditions of their own. */
export const Conditions = (types: readonly string[]) =>
  Type.Optional(
    Type.Array(ConditionSchema, {
      description: `What is so and what is not: ${types.join(', ')}.`,
      maxItems: 32,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    }),
  );
