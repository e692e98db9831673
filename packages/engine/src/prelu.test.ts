import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GRAPH, mapGraph, readNode } from '@face-comparison/bundle/onnx';
import { onnxModel, type Graph } from '../test/onnx.js';
import { expandPRelu } from './prelu.js';

const CHANNELS = 4;

/** Two channels in and a 1 x 1 convolution to four, then what a test adds. */
function network(nodes: Graph['nodes'], constants: Graph['constants'], shape = ['N', CHANNELS, 8, 8]): Buffer {
  return onnxModel({
    inputs: [{ name: 'x', shape: ['N', 2, 8, 8] }],
    outputs: [{ name: 'y', shape }],
    nodes: [{ op: 'Conv', inputs: ['x', 'kernel'], output: 'c', attributes: { kernel_shape: [1, 1] } }, ...nodes],
    constants: [{ name: 'kernel', shape: [CHANNELS, 2, 1, 1], values: [1, 0, 0, 1, -1, 0.5, 0.5, -1] }, ...constants],
  });
}

const SLOPES = [-0.5, 0, 0.25, 1.5];

function operators(model: Uint8Array): string[] {
  const found: string[] = [];
  mapGraph(model, (fields) => {
    found.push(...fields.filter(({ number }) => number === GRAPH.node).map((field) => readNode(field).operator));
    return [];
  });
  return found;
}

async function run(model: Uint8Array): Promise<number[]> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const values = Float32Array.from({ length: 2 * 2 * 64 }, (_, i) => Math.sin(i * 1.7) * (1 + (i % 5)));
  const { y } = await session.run({ x: new Tensor('float32', values, [2, 2, 8, 8]) });
  await session.release();
  return y?.data instanceof Float32Array ? Array.from(y.data) : [];
}

async function expectSame(model: Buffer, expanded: Uint8Array): Promise<void> {
  const [before, after] = [await run(model), await run(expanded)];
  expect(before.length).toBeGreaterThan(0);
  expect(before.some((value) => value < 0)).toBe(true);
  expect(after).toHaveLength(before.length);
  after.forEach((value, i) => expect(value).toBeCloseTo(before[i] ?? Number.NaN, 5));
}

describe('expandPRelu', () => {
  it.each([[[CHANNELS, 1, 1]], [[1, CHANNELS, 1, 1]]])(
    'computes the same without PRelu, for slopes of the shape %j below nought, between, and above one',
    async (shape) => {
      const model = network(
        [{ op: 'PRelu', inputs: ['c', 'slopes'], output: 'y' }],
        [{ name: 'slopes', shape, values: SLOPES }],
      );
      const expanded = expandPRelu(model);
      expect(operators(expanded)).toEqual(['Conv', 'Relu', 'Conv', 'Conv', 'Add']);
      await expectSame(model, expanded);
    },
  );

  it('puts the factors before the Relu where none is negative, since both are then one step', async () => {
    const model = network(
      [{ op: 'PRelu', inputs: ['c', 'slopes'], output: 'y' }],
      [{ name: 'slopes', shape: [CHANNELS, 1, 1], values: [-0.5, 0, 0.25, 1] }],
    );
    const expanded = expandPRelu(model);
    expect(operators(expanded)).toEqual(['Conv', 'Conv', 'Relu', 'Conv', 'Add']);
    await expectSame(model, expanded);
  });

  it('expands several in a row, with what keeps the form of an image between them', async () => {
    const model = network(
      [
        { op: 'PRelu', inputs: ['c', 'slopes'], output: 'p' },
        { op: 'Add', inputs: ['p', 'c'], output: 'sum' },
        { op: 'PRelu', inputs: ['sum', 'slopes'], output: 'y' },
      ],
      [{ name: 'slopes', shape: [CHANNELS, 1, 1], values: SLOPES }],
    );
    const expanded = expandPRelu(model);
    expect(operators(expanded)).not.toContain('PRelu');
    await expectSame(model, expanded);
  });

  it.each<[string, Buffer]>([
    [
      'one slope for all channels',
      network([{ op: 'PRelu', inputs: ['c', 'slope'], output: 'y' }], [{ name: 'slope', shape: [1], values: [0.1] }]),
    ],
    [
      'slopes that are computed',
      network(
        [
          { op: 'Add', inputs: ['half', 'half'], output: 'slopes' },
          { op: 'PRelu', inputs: ['c', 'slopes'], output: 'y' },
        ],
        [{ name: 'half', shape: [CHANNELS, 1, 1], values: SLOPES }],
      ),
    ],
    [
      'a value that is no image for certain',
      network(
        [
          { op: 'Transpose', inputs: ['c'], output: 't', attributes: { perm: [0, 1, 3, 2] } },
          { op: 'PRelu', inputs: ['t', 'slopes'], output: 'y' },
        ],
        [{ name: 'slopes', shape: [CHANNELS, 1, 1], values: SLOPES }],
      ),
    ],
  ])('leaves %s as it is, in the same bytes', async (_what, model) => {
    expect(expandPRelu(model)).toBe(model);
    expect((await run(model)).length).toBeGreaterThan(0);
  });

  it('does not copy a model without PRelu', () => {
    const model = network([{ op: 'Relu', inputs: ['c'], output: 'y' }], []);
    expect(expandPRelu(model)).toBe(model);
  });
});
