import type Type from 'typebox';

import { choices, asNode, isRequired, mapValue, propertiesOf, type SchemaNode } from './schema-node.js';

/** A Markdown table of the settings of a project: name, type, default and meaning, all from the schema. */
export function settingsTable(project: string, schema: Type.TObject): string {
  const lines = rows(asNode(schema), '').map(
    ({ path, node, required }) =>
      `| \`${path}\` | ${cell(typeName(node))} | ${cell(defaultOf(node, required))} | ${cell(meaning(node))} |`,
  );
  return [`| ${project}: | type | default | what |`, '| --- | --- | --- | --- |', ...lines, ''].join('\n');
}

interface Row {
  readonly path: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

/** One row for each setting that holds a value; a group is its members. */
function rows(node: SchemaNode, prefix: string): Row[] {
  return propertiesOf(node).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const members = propertiesOf(property);
    return members.length > 0
      ? rows(property, `${path}.`)
      : [{ path, node: property, required: isRequired(node, name) }];
  });
}

function typeName(node: SchemaNode): string {
  const listed = choices(node);
  if (listed !== undefined) {
    return listed.map((choice) => `\`${String(choice)}\``).join(', ');
  }
  const limits = [node['minimum'], node['maximum']].map((limit) => (typeof limit === 'number' ? String(limit) : ''));
  const range = limits.join('') === '' ? '' : `, ${limits.join('..')}`;
  if (node['type'] === 'array') {
    return `list of ${typeName(asNode(node['items']))}`;
  }
  const values = mapValue(node);
  if (values !== undefined) {
    return `map of ${typeName(values)}`;
  }
  if (Array.isArray(node['anyOf'])) {
    return node['anyOf'].map((branch) => typeName(asNode(branch))).join(' or ');
  }
  return `${typeof node['type'] === 'string' ? node['type'] : 'any'}${range}`;
}

function defaultOf(node: SchemaNode, required: boolean): string {
  if (!('default' in node)) {
    return required ? 'required' : 'none';
  }
  const value = node['default'];
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((item) => `\`${String(item)}\``).join(', ');
  }
  return typeof value === 'object' ? 'none' : `\`${JSON.stringify(value).replace(/^"(.*)"$/, '$1')}\``;
}

function meaning(node: SchemaNode): string {
  return typeof node['description'] === 'string' ? node['description'] : '';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
