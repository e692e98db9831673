import { bytesField, type Field, readFields, stringField, textOf, varintField } from './protobuf.js';

// Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, as far as they are looked at here.
const MODEL_GRAPH = 7;
const NODE_INPUT = 1;
const NODE_OUTPUT = 2;
const NODE_NAME = 3;
const NODE_OPERATOR = 4;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE_NAME = 1;
const ATTRIBUTE_INT = 3;
const ATTRIBUTE_INTS = 8;
const ATTRIBUTE_TYPE = 20;
const ATTRIBUTE_TYPE_INT = 2n;
const ATTRIBUTE_TYPE_INTS = 7n;
const TENSOR_FLOAT_DATA = 4;
const VALUE_NAME = 1;

/** Fields of a graph. */
export const GRAPH = { node: 1, initializer: 5, output: 12 } as const;

/** Fields of a tensor. */
export const TENSOR = { dimensions: 1, type: 2, name: 8, rawData: 9 } as const;

/** Types of a tensor's elements. */
export const ELEMENT = { float32: 1n, float16: 10n } as const;

/** An operator with the names of the values that it takes and gives. */
export interface GraphNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A part of a model in chunks, to be written one after another. */
export type Chunks = readonly Uint8Array[];

/**
 * The model with the fields of its graph replaced by what `change` makes of them.
 *
 * @param model the bytes of an ONNX file; what is kept of them is not copied
 * @throws Error when the bytes are no protobuf message
 */
export function mapGraph(model: Uint8Array, change: (fields: readonly Field[]) => Chunks): Chunks {
  return readFields(model).flatMap((field) =>
    field.number === MODEL_GRAPH ? bytesField(MODEL_GRAPH, change(fieldsOf(field))) : [field.raw],
  );
}

/** Reads a node. */
export function readNode(field: Field): GraphNode {
  const fields = fieldsOf(field);
  const texts = (number: number): string[] => fields.filter((inner) => inner.number === number).map(textOf);
  return { operator: texts(NODE_OPERATOR).join(''), inputs: texts(NODE_INPUT), outputs: texts(NODE_OUTPUT) };
}

/** A field of a graph that holds a node with whole-number attributes. */
export function nodeField(
  node: GraphNode,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Uint8Array {
  const name = node.outputs[0] ?? '';
  return Buffer.concat(
    bytesField(GRAPH.node, [
      ...node.inputs.map((input) => stringField(NODE_INPUT, input)),
      ...node.outputs.map((output) => stringField(NODE_OUTPUT, output)),
      stringField(NODE_NAME, name),
      stringField(NODE_OPERATOR, node.operator),
      ...Object.entries(attributes).flatMap(([key, value]) => bytesField(NODE_ATTRIBUTE, attribute(key, value))),
    ]),
  );
}

function attribute(name: string, value: number | readonly number[]): Chunks {
  return typeof value === 'number'
    ? [
        stringField(ATTRIBUTE_NAME, name),
        varintField(ATTRIBUTE_INT, BigInt(value)),
        varintField(ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INT),
      ]
    : [
        stringField(ATTRIBUTE_NAME, name),
        ...value.map((item) => varintField(ATTRIBUTE_INTS, BigInt(item))),
        varintField(ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INTS),
      ];
}

/** A field of a graph that holds a float32 weight. */
export function weightField(name: string, shape: readonly number[], values: readonly number[]): Uint8Array {
  const raw = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => raw.setFloat32(i * 4, value, true));
  return Buffer.concat(
    bytesField(GRAPH.initializer, [
      ...shape.map((size) => varintField(TENSOR.dimensions, BigInt(size))),
      varintField(TENSOR.type, ELEMENT.float32),
      stringField(TENSOR.name, name),
      ...bytesField(TENSOR.rawData, [new Uint8Array(raw.buffer)]),
    ]),
  );
}

/** Name of a weight. */
export function tensorName(field: Field): string {
  return textIn(field, TENSOR.name);
}

/** Type of a weight's elements; see {@link ELEMENT}. */
export function tensorType(field: Field): bigint | undefined {
  return fieldsOf(field).find(({ number }) => number === TENSOR.type)?.varint;
}

/** Sizes of a weight, packed or one field each. */
export function tensorShape(field: Field): number[] {
  return fieldsOf(field)
    .filter(({ number }) => number === TENSOR.dimensions)
    .flatMap(({ varint, body }) =>
      varint === undefined ? packedVarints(body ?? new Uint8Array(0)) : [Number(varint)],
    );
}

/** The numbers of a float32 weight; undefined for other types and for weights that are kept in another file. */
export function float32Values(field: Field): number[] | undefined {
  if (tensorType(field) !== ELEMENT.float32) return undefined;
  const fields = fieldsOf(field);
  const body = (
    fields.find(({ number }) => number === TENSOR.rawData) ?? fields.find(({ number }) => number === TENSOR_FLOAT_DATA)
  )?.body;
  if (body === undefined || body.length % 4 !== 0) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Array.from({ length: body.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

/** Name of an input or output of a graph. */
export function valueName(field: Field): string {
  return textIn(field, VALUE_NAME);
}

/** The fields of a message within a message. */
export function fieldsOf(field: Field): Field[] {
  return readFields(bodyOf(field));
}

/** The bytes of a length-delimited field. */
export function bodyOf(field: Field): Uint8Array {
  if (field.body === undefined) {
    throw new Error(`field ${field.number} of the model is a number; expected a message or bytes`);
  }
  return field.body;
}

function textIn(message: Field, number: number): string {
  const found = fieldsOf(message).find((field) => field.number === number);
  if (found === undefined) {
    throw new Error(`a part of the model has no name (field ${number})`);
  }
  return textOf(found);
}

/** Small whole numbers, one after another. */
function packedVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) {
      numbers.push(value);
      value = 0;
      factor = 1;
    }
  }
  return numbers;
}
