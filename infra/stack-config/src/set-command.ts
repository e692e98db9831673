import { choices, isText, mapValue, pathText, propertiesOf, type Path, type SchemaNode } from './schema-node.js';

/** The command that gives the setting at `path` a value that it can have. */
export function setCommand(path: Path, node: SchemaNode): string {
  if (node['type'] === 'array') {
    return setCommand([...path, 0], asItem(node));
  }
  const values = mapValue(node);
  if (values !== undefined) {
    return setCommand([...path, 'NAME'], values);
  }
  const [member] = propertiesOf(node);
  if (member !== undefined) {
    return setCommand([...path, member[0]], member[1]);
  }
  const value = exampleOf(node);
  const flags = path.length > 1 ? ['--path'] : [];
  // Without a type, `--path` takes digits for a number and true for a boolean.
  const typed = path.length > 1 && isText(node) && /^(\d+|true|false)$/.test(value) ? ['--type', 'string'] : [];
  return ['pulumi config set', ...flags, ...typed, quoted(pathText(path)), quoted(value)].join(' ');
}

/** The command that takes away what is set at `path`. */
export function removeCommand(path: Path): string {
  return ['pulumi config rm', ...(path.length > 1 ? ['--path'] : []), quoted(pathText(path))].join(' ');
}

function asItem(node: SchemaNode): SchemaNode {
  const { items, examples } = node;
  const item = typeof items === 'object' && items !== null ? { ...items } : {};
  const first: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return Array.isArray(first) ? { ...item, examples: first } : item;
}

/** A value that the schema allows: its first example, else its default, its lowest or its first choice. */
function exampleOf(node: SchemaNode): string {
  const { examples, minimum, maximum } = node;
  const candidates: readonly unknown[] = [
    Array.isArray(examples) ? examples[0] : undefined,
    node['default'],
    choices(node)?.[0],
    minimum,
    maximum,
    node['type'] === 'boolean' ? true : undefined,
  ];
  return candidates.map((candidate) => scalarText(candidate)).find((text) => text !== undefined) ?? 'VALUE';
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

/** Quoted for a shell where it needs to be. */
function quoted(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
