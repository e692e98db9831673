import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';

/** A value of the chart, as users set it. */
export interface ChartValue {
  /** Such as `image.tag`. */
  readonly path: string;
  readonly what: string;
  /** The default, as JSON. */
  readonly byDefault: string;
}

const Fields = Type.Record(Type.String(), Type.Unknown());
const Schema = Type.Object({
  description: Type.String({ minLength: 1 }),
  properties: Type.Optional(Fields),
  additionalProperties: Type.Optional(Type.Unknown()),
});
type Schema = Static<typeof Schema>;

/** Put there by Helm, for charts within charts; no value of ours. */
const OF_HELM = 'global';

/**
 * Joins the schema of a chart's values with their defaults.
 * @throws Error naming what only one of them has, what has no description, and groups that let unknown keys through
 */
export function chartValues(schema: unknown, defaults: unknown, path: readonly string[] = []): readonly ChartValue[] {
  const name = path.join('.');
  const { description, properties, additionalProperties } = parseSchema(schema, name);
  if (properties === undefined) return [{ path: name, what: description, byDefault: JSON.stringify(defaults) }];
  if (additionalProperties !== false) throw new Error(`the schema of "${name}" lets unknown keys through`);
  if (!Value.Check(Fields, defaults)) throw new Error(`values.yaml: expected "${name}" to be a map`);
  const inSchema = Object.keys(properties).filter((key) => key !== OF_HELM);
  const stranger = [
    ...inSchema.filter((key) => !(key in defaults)),
    ...Object.keys(defaults).filter((key) => !inSchema.includes(key)),
  ];
  if (stranger.length > 0) {
    throw new Error(
      `only one of values.yaml and the schema has ${stranger.map((key) => [...path, key].join('.')).join(', ')}`,
    );
  }
  return inSchema.flatMap((key) => chartValues(properties[key], defaults[key], [...path, key]));
}

/** The rows of the table of values in a README: `| path | default | what |`. */
export function tableRows(readme: string): readonly ChartValue[] {
  return readme.split('\n').flatMap((line) => {
    const [, path, byDefault, what] = /^\| `([\w.]+)` +\| `(.+?)` +\| (.+?) +\|$/.exec(line) ?? [];
    if (path === undefined || byDefault === undefined || what === undefined) return [];
    return [{ path, what, byDefault }];
  });
}

function parseSchema(schema: unknown, name: string): Schema {
  if (!Value.Check(Schema, schema)) throw new Error(`the schema of "${name}" has no description`);
  return schema;
}
