import {
  bodyOf,
  bytesField,
  type Chunks,
  ELEMENT,
  type Field,
  fieldsOf,
  GRAPH,
  mapGraph,
  readNode,
  stringField,
  TENSOR,
  tensorName,
  tensorType,
  valueName,
  varintField,
} from '@face-comparison/bundle/onnx';

/**
 * Keeps the named outputs of a model and whatever they need: walks back from them and drops every node and weight that
 * is not reached. What is kept, is kept as the bytes it came in.
 *
 * @throws Error when the model has no such output.
 */
export function keepOutputs(model: Uint8Array, outputs: readonly string[]): Chunks {
  return mapGraph(model, (fields) => {
    const wanted = new Set(outputs);
    const offered = fields.filter(({ number }) => number === GRAPH.output).map(valueName);
    for (const output of outputs) {
      if (!offered.includes(output)) {
        throw new Error(`the graph has no output "${output}"; it has ${offered.join(', ')}`);
      }
    }
    const reached = new Set<Field>();
    // Nodes are in topological order (ONNX demands it), so one walk from the end to the start sees every user first.
    for (const field of fields.filter(({ number }) => number === GRAPH.node).reverse()) {
      const node = readNode(field);
      if (node.outputs.some((name) => wanted.has(name))) {
        reached.add(field);
        node.inputs.forEach((name) => wanted.add(name));
      }
    }
    return fields
      .filter((field) => {
        switch (field.number) {
          case GRAPH.node:
            return reached.has(field);
          case GRAPH.initializer:
            return wanted.has(tensorName(field));
          case GRAPH.output:
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
      fields
        .filter((field) => field.number === GRAPH.initializer && tensorType(field) === ELEMENT.float16)
        .map(tensorName),
    );
    const castName = new Map<string, string>();
    const casts = new Set<Field>();
    for (const field of fields.filter(({ number }) => number === GRAPH.node)) {
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
      const widened = field.number === GRAPH.initializer ? castName.get(tensorName(field)) : undefined;
      if (widened !== undefined) {
        return bytesField(GRAPH.initializer, widenTensor(field, widened));
      }
      return casts.has(field) ? [] : [field.raw];
    });
  });
}

function widenTensor(tensor: Field, name: string): Chunks {
  return fieldsOf(tensor).map((field) => {
    switch (field.number) {
      case TENSOR.dimensions:
        return field.raw;
      case TENSOR.type:
        return varintField(TENSOR.type, ELEMENT.float32);
      case TENSOR.name:
        return stringField(TENSOR.name, name);
      case TENSOR.rawData:
        return Buffer.concat(bytesField(TENSOR.rawData, [widen(bodyOf(field))]));
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
