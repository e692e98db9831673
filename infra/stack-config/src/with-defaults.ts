import { asNode, isNode, isRequired, isText, mapValue, propertiesOf, type SchemaNode } from './schema-node.js';

/**
 * `value` with what the schema says of what is missing. A group that must be there is made of the defaults of its
 * members, so that what is missing in it is named by itself.
 *
 * `pulumi config set --path` stores digits and true as a number and a boolean: where a text is wanted they become text
 * again (a tag whose value is 42). A fraction is left as it is: 1.30 would have come as 1.3.
 */
export function withDefaults(node: SchemaNode, value: unknown): unknown {
  if (value === undefined) {
    return 'default' in node ? structuredClone(node['default']) : undefined;
  }
  if (isText(node) && (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value)))) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => withDefaults(asNode(node['items']), item));
  }
  return isNode(value) && node['type'] === 'object' ? objectWithDefaults(node, value) : value;
}

function objectWithDefaults(node: SchemaNode, value: SchemaNode): unknown {
  const others = mapValue(node);
  const filled: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, others === undefined ? member : withDefaults(others, member)]),
  );
  for (const [name, property] of propertiesOf(node)) {
    const group = property['type'] === 'object' && isRequired(node, name) && !('default' in property);
    const member = withDefaults(property, value[name] ?? (group ? {} : undefined));
    if (member !== undefined) {
      filled[name] = member;
    }
  }
  return filled;
}
