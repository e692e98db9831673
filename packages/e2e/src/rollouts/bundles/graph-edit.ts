import {
  bytesField,
  type Chunks,
  type Field,
  fieldsOf,
  GRAPH,
  type GraphNode,
  mapGraph,
  stringField,
  TENSOR,
  valueName,
  varintField,
} from '@face-comparison/bundle/onnx';

// Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto that the bundle's tools have no use for.
const GRAPH_NAME = 2;
const GRAPH_INPUT = 11;
const VALUE_NAME = 1;
const VALUE_TYPE = 2;
const TYPE_TENSOR = 1;
const TENSOR_ELEMENT = 1;
const TENSOR_SHAPE = 2;
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, graph: 6, type: 20 } as const;
const ATTRIBUTE_TYPE_GRAPH = 5n;

/** Types of a tensor's elements beyond those of the bundle's tools. */
export const ELEMENT_TYPE = { float32: 1n, int64: 7n, bool: 9n } as const;

/**
 * The model with further nodes and weights, and with one of its outputs under another name: that of what the nodes make
 * of it. So whoever asks for the output under its new name gets what the nodes compute.
 *
 * @param added fields of the graph: nodes and weights
 * @throws Error when the graph has no such output
 */
export function replaceOutput(
  model: Uint8Array,
  output: string,
  replacement: string,
  added: readonly Uint8Array[],
): Chunks {
  return mapGraph(model, (fields) => {
    const isReplaced = (field: Field): boolean => field.number === GRAPH.output && valueName(field) === output;
    if (!fields.some(isReplaced)) throw new Error(`the graph has no output "${output}"`);
    const kept = fields.flatMap((field) => (isReplaced(field) ? renamed(field, replacement) : [field.raw]));
    // Anything may stand before and after: only nodes among themselves have an order.
    return [...kept, ...added];
  });
}

function renamed(value: Field, name: string): Chunks {
  return bytesField(
    GRAPH.output,
    fieldsOf(value).map((field) => (field.number === VALUE_NAME ? stringField(VALUE_NAME, name) : field.raw)),
  );
}

/** A field of a graph that holds a whole-number weight. */
export function int64Field(name: string, shape: readonly number[], values: readonly bigint[]): Uint8Array {
  const raw = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => raw.setBigInt64(i * 8, value, true));
  return Buffer.concat(
    bytesField(GRAPH.initializer, [
      ...shape.map((size) => varintField(TENSOR.dimensions, BigInt(size))),
      varintField(TENSOR.type, ELEMENT_TYPE.int64),
      stringField(TENSOR.name, name),
      ...bytesField(TENSOR.rawData, [new Uint8Array(raw.buffer)]),
    ]),
  );
}

/** A scalar that goes into a graph or comes out of it. */
export interface Scalar {
  readonly name: string;
  readonly type: bigint;
}

/** A graph within a node, such as the body of a loop. */
export interface SubGraph {
  readonly inputs: readonly Scalar[];
  readonly outputs: readonly Scalar[];
  /** Fields: nodes and weights. */
  readonly fields: readonly Uint8Array[];
}

/** A field of a graph that holds a node with a graph as its attribute `body`. */
export function nodeWithBody({ operator, inputs, outputs }: GraphNode, body: SubGraph): Uint8Array {
  const name = outputs[0] ?? operator;
  const value = (number: number, { name, type }: Scalar): Chunks =>
    bytesField(number, [
      stringField(VALUE_NAME, name),
      ...bytesField(VALUE_TYPE, [
        ...bytesField(TYPE_TENSOR, [varintField(TENSOR_ELEMENT, type), ...bytesField(TENSOR_SHAPE, [])]),
      ]),
    ]);
  const graph = bytesField(ATTRIBUTE.graph, [
    ...body.fields,
    stringField(GRAPH_NAME, `${name}_body`),
    ...body.inputs.flatMap((scalar) => value(GRAPH_INPUT, scalar)),
    ...body.outputs.flatMap((scalar) => value(GRAPH.output, scalar)),
  ]);
  return Buffer.concat(
    bytesField(GRAPH.node, [
      ...inputs.map((input) => stringField(NODE.input, input)),
      ...outputs.map((output) => stringField(NODE.output, output)),
      stringField(NODE.name, name),
      stringField(NODE.operator, operator),
      ...bytesField(NODE.attribute, [
        stringField(ATTRIBUTE.name, 'body'),
        ...graph,
        varintField(ATTRIBUTE.type, ATTRIBUTE_TYPE_GRAPH),
      ]),
    ]),
  );
}
