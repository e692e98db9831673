import Type, { type Static, type TSchema, type TSchemaOptions } from 'typebox';
import { Check } from 'typebox/value';

import { DURATION_PATTERN, parseDuration } from './duration.js';

// The pieces that the schemas of both kinds are made of. Beside JSON Schema they carry
//   x-kubernetes-*       as the API server reads them,
//   x-operator-default   a default that the operator fills in and the API server does not (see defaults-table.ts).

/** A rule in the language that the API server evaluates (CEL); `self` is the value beside which the rule stands. */
export interface CelRule {
  readonly rule: string;
  /** Said to the user when the rule does not hold: what is expected. */
  readonly message: string;
}

/** The same rule twice: for the API server, and for the operator, which looks at a spec again before it acts on it. */
export interface Rule<Value> extends CelRule {
  /** Is asked only about values that have the right shape. */
  readonly holds: (value: Value) => boolean;
}

/** Rules of the API server alone, for what only it can see. */
export const celRules = (...list: readonly CelRule[]) => ({ 'x-kubernetes-validations': list });

/** A schema with rules: whoever checks a value against it checks the rules, too. */
export function ruled<Schema extends TSchema>(schema: Schema, ...list: readonly Rule<Static<Schema>>[]) {
  const refined = list.reduce<TSchema>(
    (type, { holds, message }) =>
      Type.Refine<TSchema, Static<Schema>>(
        type,
        (value) => !Check(schema, value) || holds(value),
        () => message,
      ),
    schema,
  );
  return Type.Unsafe<Static<Schema>>(
    Type.With(refined, celRules(...list.map(({ rule, message }) => ({ rule, message })))),
  );
}

/** A default that the operator fills in. It is not written into objects. */
export const operatorDefault = (value: unknown) => ({ 'x-operator-default': value });

/** A string whose form is said in words. The pattern is one that RE2 and JavaScript read alike. */
export function Worded(pattern: string, expected: string, maxLength: number, options: TSchemaOptions) {
  const form = new RegExp(pattern);
  return ruled(Type.String({ maxLength, ...options }), {
    rule: `self.matches(r'${pattern}')`,
    message: `must be ${expected}`,
    holds: (text) => form.test(text),
  });
}

/** No duration in the API is longer: a year. */
export const MAX_DURATION = '8760h';

/** A duration from `minimum` to a year. */
export function Duration(description: string, minimum: string, options: TSchemaOptions = {}) {
  const form = new RegExp(DURATION_PATTERN);
  return ruled(Type.String({ maxLength: 32, description, ...options }), {
    rule: `self != '' && self.matches('${DURATION_PATTERN}') && duration(self) >= duration('${minimum}') && duration(self) <= duration('${MAX_DURATION}')`,
    message: `must be a duration from ${minimum} to ${MAX_DURATION}, written like 500ms, 30s, 5m or 1h30m`,
    holds: (text) =>
      text !== '' &&
      form.test(text) &&
      parseDuration(text) >= parseDuration(minimum) &&
      parseDuration(text) <= parseDuration(MAX_DURATION),
  });
}

const DNS_SUBDOMAIN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** The name of another object of the same namespace. */
export const ObjectName = (description: string, options: TSchemaOptions = {}) =>
  Worded(DNS_SUBDOMAIN, 'a name of an object: lower-case letters, digits, hyphens and dots', 253, {
    description,
    ...options,
  });

/** Strings by keys, such as labels. */
export const StringMap = (description: string, options: TSchemaOptions = {}) =>
  Type.Record(Type.String(), Type.String({ maxLength: 4096 }), { description, maxProperties: 64, ...options });

/**
 * A quantity of Kubernetes: 2, 500m, 1.5Gi. Signs, and dots without a digit on either side, are left out: the API server
 * stores some of them in another form than it says.
 */
export const QUANTITY_PATTERN = '^[0-9]+([.][0-9]+)?([KMGTPE]i|[mkMGTPE]|[eE][+-]?[0-9]{1,2})?$';

export const Quantity = (options: TSchemaOptions = {}) =>
  Type.Union([Type.Integer(), Type.String({ pattern: QUANTITY_PATTERN, maxLength: 64 })], {
    'x-kubernetes-int-or-string': true,
    ...options,
  });

export const Sha256 = (description: string, options: TSchemaOptions = {}) =>
  Worded('^[0-9a-f]{64}$', '64 lower-case hex digits', 64, { description, ...options });

export const ModelVersion = (description: string) =>
  Worded(
    '^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$',
    'at most 63 letters, digits, dots, underscores and hyphens, a letter or digit first',
    63,
    { description },
  );

export const EmbeddingSpace = (description: string) => Type.String({ description });

/** An instant in UTC. */
export const Instant = (description: string) => Type.String({ format: 'date-time', description });

/** Memory that the makers of a model measured. */
export const Resources = (description: string) =>
  Type.Object(
    {
      sharedMiB: Type.Number({ minimum: 0, description: 'Memory of a loaded version, shared by its lanes, in MiB.' }),
      perLaneMiB: Type.Number({ minimum: 0, description: 'Memory of each lane, in MiB.' }),
    },
    { description },
  );

/**
 * A string that is one of some words today. The API server takes any, so that a newer operator can write a new word
 * before the CRD is upgraded.
 */
export const OpenEnum = <const Word extends string>(words: readonly Word[], description: string) =>
  Type.Unsafe<Word>(Type.String({ description: `${description} One of ${words.join(', ')}.` }));
