import { asNode, choices, type SchemaNode } from './schema-node.js';

/** What a value of this schema must be, as the end of a sentence; limits alone where `value` has the right type. */
export function expectation(node: SchemaNode, value?: unknown): string {
  if (typeof node['expected'] === 'string') {
    return node['expected'];
  }
  const listed = choices(node);
  if (listed !== undefined) {
    return listed.map((choice) => describeValue(choice)).join(' or ');
  }
  switch (node['type']) {
    case 'integer':
      return Number.isInteger(value) ? range(node, '') : joined('a whole number', range(node, ''));
    case 'number':
      return typeof value === 'number' ? range(node, '') : joined('a number', range(node, ''));
    case 'boolean':
      return 'true or false';
    case 'string':
      return joined('a string', textLimits(node));
    case 'array':
      return `a list${itemLimits(node)}, each ${expectation(asNode(node['items']))}`;
    case 'object':
      return 'an object';
    default:
      return 'something else';
  }
}

/** A value in a few words: never more than a line of it, and never the inside of an object. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'not set';
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? `a list of ${value.length}` : 'an object';
    default:
      return String(value);
  }
}

function range(node: SchemaNode, unit: string): string {
  return limits(node['minimum'], node['maximum'], unit);
}

function textLimits(node: SchemaNode): string {
  const length = limits(node['minLength'], node['maxLength'], ' characters');
  const pattern = typeof node['pattern'] === 'string' ? `that matches ${node['pattern']}` : '';
  return [length === '' ? '' : `of ${length}`, pattern].filter((part) => part !== '').join(' ');
}

function itemLimits(node: SchemaNode): string {
  const count = limits(node['minItems'], node['maxItems'], '');
  const unique = node['uniqueItems'] === true ? ', none twice' : '';
  return `${count === '' ? '' : ` of ${count}`}${unique}`;
}

function limits(low: unknown, high: unknown, unit: string): string {
  if (typeof low === 'number' && typeof high === 'number') {
    return `from ${low} to ${high}${unit}`;
  }
  if (typeof low === 'number') {
    return `at least ${low}${unit}`;
  }
  return typeof high === 'number' ? `at most ${high}${unit}` : '';
}

function joined(what: string, detail: string): string {
  return detail === '' ? what : `${what} ${detail}`;
}
