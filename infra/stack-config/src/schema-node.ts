/**
 * A piece of JSON Schema, as far as settings use it. Beside the standard keywords a schema of settings may have
 * `expected`: what a value must be, as the end of a sentence ("an IPv4 range such as 10.0.0.0/16").
 */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** One step into a value: the name of a property or the index of an item. */
export type Path = readonly (string | number)[];

export function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` as a piece of schema; one that says nothing where it is none. */
export function asNode(value: unknown): SchemaNode {
  return isNode(value) ? value : {};
}

/** The properties that a schema of an object lists by name. */
export function propertiesOf(node: SchemaNode): [string, SchemaNode][] {
  return Object.entries(asNode(node['properties'])).map(([name, property]) => [name, asNode(property)]);
}

export function isRequired(node: SchemaNode, property: string): boolean {
  const { required } = node;
  return Array.isArray(required) && required.includes(property);
}

/** The same schema, in which an object has no other members than those it lists. */
export function closed(node: SchemaNode): SchemaNode {
  return {
    ...node,
    ...(isNode(node['properties'])
      ? { properties: closedMembers(node['properties']), additionalProperties: false }
      : {}),
    ...(isNode(node['patternProperties']) ? { patternProperties: closedMembers(node['patternProperties']) } : {}),
    ...(isNode(node['items']) ? { items: closed(node['items']) } : {}),
    ...(Array.isArray(node['anyOf']) ? { anyOf: node['anyOf'].map((branch) => closed(asNode(branch))) } : {}),
  };
}

function closedMembers(members: SchemaNode): SchemaNode {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, closed(asNode(member))]));
}

/** The schema of what lies at `path` below `node`; one that says nothing for a name that the schema does not know. */
export function nodeAt(node: SchemaNode, path: Path): SchemaNode {
  return path.reduce<SchemaNode>((here, step) => {
    if (typeof step === 'number') {
      return asNode(here['items']);
    }
    const named = asNode(here['properties'])[step];
    return asNode(named ?? mapValue(here));
  }, node);
}

/** The schema of the values of a map (a Record), where `node` is one. */
export function mapValue(node: SchemaNode): SchemaNode | undefined {
  const value = Object.values(asNode(node['patternProperties']))[0];
  return isNode(value) ? value : undefined;
}

/** The values that are allowed, where the schema lists them. */
export function choices(node: SchemaNode): readonly unknown[] | undefined {
  const listed: unknown = node['enum'];
  if (Array.isArray(listed)) {
    return listed.map((choice: unknown) => choice);
  }
  if ('const' in node) {
    return [node['const']];
  }
  if (Array.isArray(node['anyOf'])) {
    const branches = node['anyOf'].map((branch) => choices(asNode(branch)));
    return branches.every((branch) => branch !== undefined) ? branches.flat() : undefined;
  }
  return undefined;
}

/** Whether text is the only thing that a value of this schema can be. */
export function isText(node: SchemaNode): boolean {
  const listed = choices(node);
  if (listed !== undefined) {
    return listed.every((choice) => typeof choice === 'string');
  }
  if (Array.isArray(node['anyOf'])) {
    return node['anyOf'].every((branch) => isText(asNode(branch)));
  }
  return node['type'] === 'string';
}

/** A path as `pulumi config --path` writes it: cpu.instanceTypes[0]. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') {
      return `${text}[${step}]`;
    }
    if (!/^[\w-]+$/.test(step)) {
      return `${text}[${JSON.stringify(step)}]`;
    }
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
