import { Settings } from 'typebox/system';
import type { TSchema } from 'typebox';
import { Errors } from 'typebox/value';

import type { ManifestProblem } from './manifest-error.js';
import { nearestName } from './nearest-name.js';

type Node = Readonly<Record<string, unknown>>;

/** TypeBox stops at 8 errors unless told; a manifest is small, and its author wants to see all of them. */
const MAX_ERRORS = 2000;

/** Where `value` differs from `schema`, one problem for each place, in words for the author of the value. */
export function schemaProblems(schema: TSchema, value: unknown): ManifestProblem[] {
  const problems = new Map<string, ManifestProblem>();
  const add = (pointer: string, expected: string, received: string): void => {
    const path = jsonPath(pointer);
    if (!problems.has(path)) {
      problems.set(path, { path, expected, received });
    }
  };
  for (const error of allErrors(schema, value)) {
    const node = resolve(schema, error.schemaPath);
    if (error.keyword === 'required') {
      for (const property of error.params.requiredProperties) {
        add(`${error.instancePath}/${property}`, expectation(resolve(node, `#/properties/${property}`)), 'nothing');
      }
    } else if (error.keyword === 'additionalProperties') {
      const known = isNode(node['properties']) ? Object.keys(node['properties']) : [];
      for (const property of error.params.additionalProperties) {
        const nearest = nearestName(property, known);
        const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`;
        const received = resolve(value, `#${error.instancePath}`)[property];
        add(`${error.instancePath}/${escape(property)}`, `no property of this name (${hint})`, describeValue(received));
      }
    } else if (error.keyword !== 'boolean' && !error.schemaPath.includes('/anyOf/')) {
      // 'boolean' repeats additionalProperties; a branch of a union says less than the union itself.
      add(error.instancePath, expectation(node), describeValue(at(value, error.instancePath)));
    }
  }
  return [...problems.values()];
}

/** A value in a few words; never more than a line of it, and never the inside of an object. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? `an array of ${value.length}` : 'an object';
    default:
      return String(value);
  }
}

function allErrors(schema: TSchema, value: unknown): ReturnType<typeof Errors> {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MAX_ERRORS });
  try {
    return Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/** What a piece of JSON Schema asks for, as a phrase. */
function expectation(node: Node): string {
  const { type, description, items } = node;
  const detail = typeof description === 'string' ? ` (${description})` : '';
  if (Array.isArray(node['enum'])) {
    return node['enum'].map((value) => describeValue(value)).join(' or ');
  }
  if ('const' in node) {
    return describeValue(node['const']);
  }
  if ('anyOf' in node) {
    return typeof description === 'string' ? description : 'something else';
  }
  switch (type) {
    case 'integer':
      return `an integer${bounds(node)}`;
    case 'number':
      return `a number${bounds(node)}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return `a string${detail === '' && typeof node['pattern'] === 'string' ? ` that matches ${node['pattern']}` : detail}`;
    case 'array':
      return Array.isArray(items)
        ? `an array of ${items.length}, each ${expectation(resolve(items, '#/0'))}`
        : bounds(node) === ''
          ? 'an array'
          : `an array${bounds(node)} items`;
    default:
      return 'an object';
  }
}

const BOUNDS = {
  minimum: 'of at least',
  exclusiveMinimum: 'above',
  minItems: 'of at least',
  maximum: 'at most',
  exclusiveMaximum: 'below',
  maxItems: 'at most',
} as const;

function bounds(node: Node): string {
  const phrases = Object.entries(BOUNDS).flatMap(([keyword, words]) => {
    const limit = node[keyword];
    return typeof limit === 'number' ? [`${words} ${limit}`] : [];
  });
  return phrases.length === 0 ? '' : ` ${phrases.join(' and ')}`;
}

function resolve(root: unknown, pointer: string): Node {
  const found = at(root, pointer.slice(1));
  return isNode(found) ? found : {};
}

function at(root: unknown, pointer: string): unknown {
  let here = root;
  for (const segment of pointer.split('/').slice(1)) {
    here = isNode(here) ? here[segment] : undefined;
  }
  return here;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** JSON Pointer to the JSONPath that people write: /heads/0/input becomes $.heads[0].input. */
function jsonPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, segment) => {
      if (/^\d+$/.test(segment)) {
        return `${path}[${segment}]`;
      }
      return /^[A-Za-z_]\w{0,63}$/.test(segment) ? `${path}.${segment}` : `${path}[${describeValue(segment)}]`;
    }, '$');
}

function escape(property: string): string {
  return property.replaceAll('~', '~0').replaceAll('/', '~1');
}
