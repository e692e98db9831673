/**
 * Writes small ONNX graphs, so that tests can have models of any shape without files from elsewhere.
 * Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 */

/** An axis of a tensor: a length, or a name where the graph takes any length. */
export type Axis = number | string;

export interface GraphValue {
  readonly name: string;
  readonly shape: readonly Axis[];
  readonly type?: 'float32' | 'uint8' | 'int64';
}

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface GraphConstant {
  readonly name: string;
  readonly shape: readonly number[];
  /** Numbers are stored as int64 where they are bigints, as float32 otherwise. */
  readonly values: readonly number[] | Float32Array | readonly bigint[];
}

export interface Graph {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphConstant[];
}

const ELEMENT_TYPE = { float32: 1, uint8: 2, int64: 7 } as const;
const IR_VERSION = 7;
const OPSET = 13;

/** The bytes of an .onnx file. */
export function onnxModel(graph: Graph): Buffer {
  const body = [
    ...graph.nodes.map((node) => message(1, nodeProto(node))),
    text(2, 'test'),
    ...graph.constants.map((constant) => message(5, tensorProto(constant))),
    ...graph.inputs.map((value) => message(11, valueInfo(value))),
    ...graph.outputs.map((value) => message(12, valueInfo(value))),
  ];
  return Buffer.concat([integer(1, IR_VERSION), message(7, body), message(8, [integer(2, OPSET)])]);
}

function nodeProto({ op, inputs, output, attributes = {} }: GraphNode): Buffer[] {
  return [
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, attributeProto(name, value))),
  ];
}

function attributeProto(name: string, value: number | readonly number[]): Buffer[] {
  return typeof value === 'number'
    ? [text(1, name), integer(3, value), integer(20, 2)]
    : [text(1, name), ...value.map((item) => integer(8, item)), integer(20, 7)];
}

function tensorProto({ name, shape, values }: GraphConstant): Buffer[] {
  const type = typeof values[0] === 'bigint' ? ELEMENT_TYPE.int64 : ELEMENT_TYPE.float32;
  const raw = Buffer.alloc(values.length * (type === ELEMENT_TYPE.int64 ? 8 : 4));
  values.forEach((value: number | bigint, i) => {
    if (typeof value === 'bigint') raw.writeBigInt64LE(value, i * 8);
    else raw.writeFloatLE(value, i * 4);
  });
  return [...shape.map((length) => integer(1, length)), integer(2, type), text(8, name), bytes(9, raw)];
}

function valueInfo({ name, shape, type = 'float32' }: GraphValue): Buffer[] {
  const axes = shape.map((axis) => message(1, [typeof axis === 'number' ? integer(1, axis) : text(2, axis)]));
  const tensorType = message(1, [integer(1, ELEMENT_TYPE[type]), message(2, axes)]);
  return [text(1, name), message(2, [tensorType])];
}

function varint(value: number): Buffer {
  const digits: number[] = [];
  let rest = value;
  while (rest > 127) {
    digits.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...digits, rest]);
}

const integer = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);

const bytes = (field: number, content: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);

const text = (field: number, content: string): Buffer => bytes(field, Buffer.from(content));

const message = (field: number, fields: readonly Buffer[]): Buffer => bytes(field, Buffer.concat(fields));
