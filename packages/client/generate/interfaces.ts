/** What is used of a schema of the OpenAPI document. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/**
 * Components as interfaces with names. What openapi-typescript makes of them are members of one large type, which is
 * right for the transport and unreadable in an editor and in the reference.
 *
 * @param roots - components that are part of the API, with the names that they have there
 */
export function interfacesOf(
  components: Readonly<Record<string, Schema>>,
  roots: Readonly<Record<string, string>>,
): string {
  const wanted = new Set(Object.keys(roots));
  const nameOf = (component: string): string => roots[component] ?? component;

  function typeOf(schema: Schema): string {
    if (schema.$ref !== undefined) {
      const component = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
      wanted.add(component);
      return nameOf(component);
    }
    if (schema.const !== undefined) return `'${schema.const}'`;
    switch (schema.type) {
      case 'string':
      case 'boolean':
      case 'number':
        return schema.type;
      case 'integer':
        return 'number';
      case 'array':
        return `readonly ${typeOf(schema.items ?? {})}[]`;
      default:
        throw new Error(`a schema of type ${String(schema.type)} has no interface yet: ${JSON.stringify(schema)}`);
    }
  }

  const texts: string[] = [];
  // The set grows while it is walked.
  for (const component of wanted) {
    const schema = components[component];
    if (schema?.properties === undefined) throw new Error(`the OpenAPI document has no object called ${component}`);
    const members = Object.entries(schema.properties).map(([name, member]) => {
      const optional = schema.required?.includes(name) === true ? '' : '?';
      const description = member.description === undefined ? '' : `/** ${member.description} */\n`;
      return `${description}readonly ${name}${optional}: ${typeOf(member)};`;
    });
    texts.push(
      `/** ${schema.description ?? component} */\nexport interface ${nameOf(component)} {\n${members.join('\n')}\n}\n`,
    );
  }
  return texts.join('\n');
}
