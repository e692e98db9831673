import { bytesField, type Field, readFields, stringField, textOf, varintField } from './protobuf.ts';

/** Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, as far as they are looked at here. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_OUTPUT = 12;
const NODE_INPUT = 1;
const NODE_OUTPUT = 2;
const NODE_OPERATOR = 4;
const TENSOR_DIMENSIONS = 1;
const TENSOR_TYPE = 2;
const TENSOR_NAME = 8;
const TENSOR_RAW_DATA = 9;
const VALUE_NAME = 1;

const FLOAT32 = 1n;
const FLOAT16 = 10n;

interface GraphNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A model in chunks, to be written one after another. */
export type Chunks = readonly Uint8Array[];

/**
 * Keeps the named outputs of a model and whatever they need: walks back from them and drops every node and weight that
 * is not reached. What is kept, is kept as the bytes it came in.
 *
 * @throws Error when the model has no such output.
 */
export function keepOutputs(model: Uint8Array, outputs: readonly string[]): Chunks {
  return mapGraph(model, (fields) => {
    const wanted = new Set(outputs);
    const offered = fields.filter(({ number }) => number === GRAPH_OUTPUT).map(valueName);
    for (const output of outputs) {
      if (!offered.includes(output)) {
        throw new Error(`the graph has no output "${output}"; it has ${offered.join(', ')}`);
      }
    }
    const reached = new Set<Field>();
    // Nodes are in topological order (ONNX demands it), so one walk from the end to the start sees every user first.
    for (const field of fields.filter(({ number }) => number === GRAPH_NODE).reverse()) {
      const node = readNode(field);
      if (node.outputs.some((name) => wanted.has(name))) {
        reached.add(field);
        node.inputs.forEach((name) => wanted.add(name));
      }
    }
    return fields
      .filter((field) => {
        switch (field.number) {
          case GRAPH_NODE:
            return reached.has(field);
          case GRAPH_INITIALIZER:
            return wanted.has(tensorName(field));
          case GRAPH_OUTPUT:
            return outputs.includes(valueName(field));
          default:
            return true;
        }
      })
      .map(({ raw }) => raw);
  });
}

/**
 * Stores as float32 every weight that the model stores as float16 and casts back, and drops the casts. float16 -> float32
 * is exact, so both models compute the same.
 */
export function widenWeights(model: Uint8Array): Chunks {
  return mapGraph(model, (fields) => {
    const halves = new Set(
      fields.filter((field) => field.number === GRAPH_INITIALIZER && tensorType(field) === FLOAT16).map(tensorName),
    );
    const castName = new Map<string, string>();
    const casts = new Set<Field>();
    for (const field of fields.filter(({ number }) => number === GRAPH_NODE)) {
      const {
        operator,
        inputs: [input],
        outputs: [output],
      } = readNode(field);
      if (operator === 'Cast' && input !== undefined && output !== undefined && halves.has(input)) {
        castName.set(input, output);
        casts.add(field);
      }
    }
    return fields.flatMap((field) => {
      const widened = field.number === GRAPH_INITIALIZER ? castName.get(tensorName(field)) : undefined;
      if (widened !== undefined) {
        return bytesField(GRAPH_INITIALIZER, widenTensor(field, widened));
      }
      return casts.has(field) ? [] : [field.raw];
    });
  });
}

/** The model with the fields of its graph replaced by what `change` returns. */
function mapGraph(model: Uint8Array, change: (fields: readonly Field[]) => Chunks): Chunks {
  return readFields(model).flatMap((field) =>
    field.number === MODEL_GRAPH ? bytesField(MODEL_GRAPH, change(fieldsOf(field))) : [field.raw],
  );
}

function widenTensor(tensor: Field, name: string): Chunks {
  return fieldsOf(tensor).map((field) => {
    switch (field.number) {
      case TENSOR_DIMENSIONS:
        return field.raw;
      case TENSOR_TYPE:
        return varintField(TENSOR_TYPE, FLOAT32);
      case TENSOR_NAME:
        return stringField(TENSOR_NAME, name);
      case TENSOR_RAW_DATA:
        return Buffer.concat(bytesField(TENSOR_RAW_DATA, [widen(bodyOf(field))]));
      default:
        throw new Error(`weight "${name}" has field ${field.number}; expected dimensions, type, name and raw data`);
    }
  });
}

/** Little-endian float16 to little-endian float32. */
function widen(halves: Uint8Array): Uint8Array {
  const count = halves.length / 2;
  const source = new DataView(halves.buffer, halves.byteOffset, halves.byteLength);
  const wide = new DataView(new ArrayBuffer(count * 4));
  for (let i = 0; i < count; i++) {
    wide.setFloat32(4 * i, halfToNumber(source.getUint16(2 * i, true)), true);
  }
  return new Uint8Array(wide.buffer);
}

/** IEEE 754 binary16 bits to the number they stand for. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) {
    throw new Error('a weight is infinite or not a number');
  }
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function readNode(field: Field): GraphNode {
  const fields = fieldsOf(field);
  const texts = (number: number): string[] => fields.filter((inner) => inner.number === number).map(textOf);
  return { operator: texts(NODE_OPERATOR).join(''), inputs: texts(NODE_INPUT), outputs: texts(NODE_OUTPUT) };
}

function tensorName(field: Field): string {
  return textIn(field, TENSOR_NAME);
}

function tensorType(field: Field): bigint | undefined {
  return fieldsOf(field).find(({ number }) => number === TENSOR_TYPE)?.varint;
}

function valueName(field: Field): string {
  return textIn(field, VALUE_NAME);
}

function textIn(message: Field, number: number): string {
  const found = fieldsOf(message).find((field) => field.number === number);
  if (found === undefined) {
    throw new Error(`a part of the model has no name (field ${number})`);
  }
  return textOf(found);
}

function fieldsOf(field: Field): Field[] {
  return readFields(bodyOf(field));
}

function bodyOf(field: Field): Uint8Array {
  if (field.body === undefined) {
    throw new Error(`field ${field.number} of the model is a number; expected a message or bytes`);
  }
  return field.body;
}
