import { isJsonObject, toJson, type Json, type JsonObject } from '../src/json.js';

/** A schema inside a schema, and where it is. */
export interface SchemaNode {
  readonly where: string;
  readonly schema: JsonObject;
  /** Whether it is the value of a property: a field that a reader of the documents meets. */
  readonly field: boolean;
}

/** A schema and all schemas inside it. */
export function schemaNodes(where: string, value: unknown, field = false): SchemaNode[] {
  const schema = toJson(value);
  if (!isJsonObject(schema)) return [];
  const { properties, items, anyOf } = schema;
  return [
    { where, schema, field },
    ...(isJsonObject(properties)
      ? Object.entries(properties).flatMap(([name, property]) => schemaNodes(`${where}.${name}`, property, true))
      : []),
    ...(items === undefined ? [] : schemaNodes(`${where}[]`, items)),
    ...(isArray(anyOf) ? anyOf.flatMap((branch, index) => schemaNodes(`${where}|${index}`, branch)) : []),
  ];
}

/** The same schema in which no object takes members that it does not name: a misspelt member of an example fails. */
export function withoutUnknownMembers(schema: JsonObject): JsonObject {
  const inside = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === 'examples' || keyword === 'enum' || keyword === 'required' ? value : closedInside(value),
    ]),
  );
  return inside['type'] === 'object' && inside['properties'] !== undefined
    ? { additionalProperties: false, ...inside }
    : inside;
}

function closedInside(value: Json): Json {
  if (isArray(value)) return value.map(closedInside);
  return isJsonObject(value) ? withoutUnknownMembers(value) : value;
}

/** `Array.isArray` for readonly arrays. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
