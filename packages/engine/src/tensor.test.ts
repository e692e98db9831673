import { imageTensor, type TensorInputSpec } from './tensor.js';

/** Two images of 2 x 1 pixels: channel values tell image, pixel and channel. */
const rgb = Uint8Array.from([10, 11, 12, 20, 21, 22, 110, 111, 112, 120, 121, 122]);

function tensorOf(spec: Partial<TensorInputSpec>): { type: string; dims: readonly number[]; data: number[] } {
  const whole: TensorInputSpec = { name: 'x', layout: 'NHWC', type: 'float32', colour: 'RGB', ...spec };
  const { type, dims, data } = imageTensor(whole, rgb, 2, 1, 2);
  if (!(data instanceof Float32Array || data instanceof Uint8Array)) throw new Error(`unexpected tensor of ${type}`);
  return { type, dims, data: Array.from(data) };
}

describe('imageTensor', () => {
  it('gives RGB bytes to a graph that takes them, without a copy', () => {
    const tensor = imageTensor({ name: 'x', layout: 'NHWC', type: 'uint8', colour: 'RGB' }, rgb, 2, 1, 2);
    expect(tensor.type).toBe('uint8');
    expect(tensor.dims).toEqual([2, 1, 2, 3]);
    expect(tensor.data).toBe(rgb);
  });

  it('keeps pixels together in NHWC', () => {
    expect(tensorOf({})).toEqual({ type: 'float32', dims: [2, 1, 2, 3], data: Array.from(rgb) });
  });

  it('keeps channels together, image by image, in NCHW', () => {
    expect(tensorOf({ layout: 'NCHW' })).toEqual({
      type: 'float32',
      dims: [2, 3, 1, 2],
      data: [10, 20, 11, 21, 12, 22, 110, 120, 111, 121, 112, 122],
    });
  });

  it('turns the channels round for BGR, in both layouts and as bytes', () => {
    const nhwc = [12, 11, 10, 22, 21, 20, 112, 111, 110, 122, 121, 120];
    expect(tensorOf({ colour: 'BGR' }).data).toEqual(nhwc);
    expect(tensorOf({ colour: 'BGR', type: 'uint8' })).toEqual({ type: 'uint8', dims: [2, 1, 2, 3], data: nhwc });
    expect(tensorOf({ colour: 'BGR', layout: 'NCHW' }).data.slice(0, 6)).toEqual([12, 22, 11, 21, 10, 20]);
  });

  it('subtracts the mean and then multiplies', () => {
    const { data } = tensorOf({ mean: 127.5, scale: 1 / 127.5 });
    expect(data[0]).toBeCloseTo((10 - 127.5) / 127.5, 6);
    expect(data[11]).toBeCloseTo((122 - 127.5) / 127.5, 6);
  });

  it('takes mean and scale per channel in the order of the graph', () => {
    const { data } = tensorOf({ colour: 'BGR', mean: [1, 2, 3], scale: [1, 10, 100] });
    expect(data.slice(0, 3)).toEqual([12 - 1, (11 - 2) * 10, (10 - 3) * 100]);
  });

  it('does not pass bytes through that still have a mean to lose', () => {
    expect(tensorOf({ type: 'uint8', mean: 10 }).data.slice(0, 3)).toEqual([0, 1, 2]);
  });
});
