import type { Wire } from '@face-comparison/kube-runtime';
import type { V1JSONSchemaProps } from '@kubernetes/client-node';
import type { TSchema } from 'typebox';

/** A schema as the API server reads it. */
export type OpenApiSchema = Wire<V1JSONSchemaProps>;

type Node = Readonly<Record<string, unknown>>;

/** Said of a property as it is; everything else is either translated below or a mistake. */
const AS_IT_IS = [
  'description',
  'type',
  'format',
  'enum',
  'default',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'maxProperties',
  'required',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
] as const;

/** Not for the API server. */
const LEFT_OUT = ['x-operator-default'];

const TRANSLATED = ['properties', 'items', 'patternProperties', 'anyOf', 'exclusiveMinimum'];

/**
 * A schema in the words of a CustomResourceDefinition: a structural OpenAPI v3 schema.
 *
 * @throws Error for a keyword that has no counterpart there, naming its place
 */
export function openApiSchema(schema: TSchema, path = '$'): OpenApiSchema {
  const node = asNode(schema, path);
  const unknown = Object.keys(node).find(
    (key) => ![...AS_IT_IS, ...LEFT_OUT, ...TRANSLATED].includes(key) && !key.startsWith('~'),
  );
  if (unknown !== undefined)
    throw new Error(`${path} has ${unknown}, which a CustomResourceDefinition has no word for`);
  const kept = Object.fromEntries(AS_IT_IS.filter((key) => key in node).map((key) => [key, node[key]]));
  return { ...kept, ...bounds(node), ...union(node, path), ...children(node, path) };
}

/** OpenAPI v3.0 says of a bound whether it is exclusive; JSON Schema has a bound of its own for that. */
function bounds({ exclusiveMinimum }: Node): OpenApiSchema {
  return typeof exclusiveMinimum === 'number' ? { minimum: exclusiveMinimum, exclusiveMinimum: true } : {};
}

/** An integer or a string is the only union that the API server can prune. */
function union(node: Node, path: string): OpenApiSchema {
  if (!Array.isArray(node['anyOf'])) return {};
  const branches = node['anyOf'].map((branch: unknown) => asNode(branch, `${path}.anyOf`));
  const [integer, text] = branches;
  if (branches.length !== 2 || integer?.['type'] !== 'integer' || text?.['type'] !== 'string') {
    throw new Error(`${path} is a union of something else than an integer and a string`);
  }
  const { pattern, maxLength } = openApiSchema(text, path);
  return {
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    ...(pattern === undefined ? {} : { pattern }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

function children(node: Node, path: string): OpenApiSchema {
  const { properties, items, patternProperties } = node;
  return {
    ...(properties === undefined ? {} : { properties: each(asNode(properties, path), path) }),
    ...(items === undefined ? {} : { items: openApiSchema(asNode(items, path), `${path}[]`) }),
    ...(patternProperties === undefined
      ? {}
      : { additionalProperties: mapValue(asNode(patternProperties, path), path) }),
  };
}

function each(properties: Node, path: string): Record<string, OpenApiSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const child = openApiSchema(asNode(property, `${path}.${name}`), `${path}.${name}`);
      if (child.description === undefined) throw new Error(`${path}.${name} has no description`);
      return [name, child];
    }),
  );
}

/** Values by keys: any key, one schema for all values. */
function mapValue(patternProperties: Node, path: string): OpenApiSchema {
  const [value, ...others] = Object.values(patternProperties);
  if (value === undefined || others.length > 0) throw new Error(`${path} has several kinds of keys`);
  return openApiSchema(asNode(value, `${path}{}`), `${path}{}`);
}

function asNode(value: unknown, path: string): Node {
  if (!isNode(value)) throw new Error(`${path} is no schema`);
  return value;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
