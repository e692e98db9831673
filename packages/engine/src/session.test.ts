import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { onnxModel } from '../test/onnx.js';
import { loadSession, loadWideSession, type SessionOptions } from './session.js';

/** Doubles its input and adds weights, so that damage of the weights shows in the result. */
const model = onnxModel({
  inputs: [{ name: 'x', shape: ['N', 64] }],
  outputs: [{ name: 'y', shape: ['N', 64] }],
  nodes: [
    { op: 'Add', inputs: ['x', 'x'], output: 'twice' },
    { op: 'Add', inputs: ['twice', 'weights'], output: 'y' },
  ],
  constants: [{ name: 'weights', shape: [64], values: Array.from({ length: 64 }, (_, i) => i) }],
});
const DIGEST = 'd'.repeat(64);

describe('loadSession', () => {
  let root: string;
  let path: string;
  let cacheDir: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'session-'));
    path = join(root, 'model.onnx');
    cacheDir = join(root, 'cache');
    await writeFile(path, model);
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  async function answer(options: Partial<SessionOptions>): Promise<number[]> {
    const session = await loadSession(path, DIGEST, { provider: 'cpu', threads: 1, ...options });
    const tensor = new Tensor('float32', new Float32Array(64).fill(100), [1, 64]);
    const [result = new Float32Array(0)] = await session.run('x', tensor, ['y']);
    await session.close();
    return Array.from(result);
  }

  const expected = Array.from({ length: 64 }, (_, i) => 200 + i);
  const cached = async (): Promise<string[]> => (await readdir(cacheDir)).map((name) => join(cacheDir, name));

  it('computes the same with and without the memory-mapped form', async () => {
    expect(await answer({})).toEqual(expected);
    expect(await answer({ cacheDir })).toEqual(expected);
    expect(await answer({ cacheDir })).toEqual(expected);
    expect(await cached()).toHaveLength(1);
  });

  it('needs the ONNX file no more once the memory-mapped form is there', async () => {
    await answer({ cacheDir });
    await rm(path);
    expect(await answer({ cacheDir })).toEqual(expected);
  });

  it('loads the memory-mapped form a second time for several threads, and computes the same', async () => {
    const session = await loadSession(path, DIGEST, { provider: 'cpu', threads: 1, cacheDir });
    const [file] = await cached();
    expect(session.mappedFile).toBe(file);
    const wide = await loadWideSession(session.mappedFile ?? '', { threads: 2 });
    const tensor = new Tensor('float32', new Float32Array(64).fill(100), [1, 64]);
    expect(Array.from((await wide.run('x', tensor, ['y']))[0] ?? [])).toEqual(expected);
    await wide.close();
    await session.close();
    const unmapped = await loadSession(path, DIGEST, { provider: 'cpu', threads: 1 });
    expect(unmapped.mappedFile).toBeUndefined();
    await unmapped.close();
  });

  it.each<[string, (file: Buffer) => Buffer]>([
    ['cut off', (file) => file.subarray(0, file.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('something else')],
    [
      'wrong in a weight',
      (file) => {
        const copy = Buffer.from(file);
        const weights = Buffer.from(Float32Array.from({ length: 64 }, (_, i) => i).buffer);
        const at = copy.indexOf(weights);
        if (at < 0) throw new Error('the file does not hold the weights as they are');
        copy.writeFloatLE(99, at + 4);
        return copy;
      },
    ],
  ])('makes a cached file anew that is %s', async (_what, damage) => {
    await answer({ cacheDir });
    const [file = ''] = await cached();
    const whole = await readFile(file);
    await writeFile(file, damage(whole));
    expect(await answer({ cacheDir })).toEqual(expected);
    const [again = ''] = await cached();
    expect(await readFile(again)).toEqual(whole);
  });

  it('loads the model as it is where the cache is no folder', async () => {
    await writeFile(cacheDir, 'a file');
    expect(await answer({ cacheDir })).toEqual(expected);
    expect(await answer({ cacheDir: join(cacheDir, 'below') })).toEqual(expected);
  });

  it('loads the model as it is where nothing can be written', async () => {
    const readOnly = await mkdtemp(join(root, 'read-only-'));
    await chmod(readOnly, 0o500);
    expect(await answer({ cacheDir: readOnly })).toEqual(expected);
  });

  it('lets two processes that start at once both load the model', async () => {
    const answers = await Promise.all([answer({ cacheDir }), answer({ cacheDir }), answer({ cacheDir })]);
    expect(answers).toEqual([expected, expected, expected]);
    expect((await cached()).every((name) => name.endsWith('.ort'))).toBe(true);
  });

  it('knows the number of images that a graph was exported for', async () => {
    const session = await loadSession(path, DIGEST, { provider: 'cpu', threads: 1 });
    expect(session.fixedBatch('x')).toBeUndefined();
    expect(session.fixedBatch('none')).toBeUndefined();
    await session.close();
    const fixed = onnxModel({
      inputs: [{ name: 'x', shape: [3, 2] }],
      outputs: [{ name: 'y', shape: [3, 2] }],
      nodes: [{ op: 'Add', inputs: ['x', 'x'], output: 'y' }],
      constants: [],
    });
    await writeFile(path, fixed);
    const other = await loadSession(path, DIGEST, { provider: 'cpu', threads: 1 });
    expect(other.fixedBatch('x')).toBe(3);
    await other.close();
  });

  it('fails with the reason of the runtime when the model itself is damaged', async () => {
    await writeFile(path, model.subarray(0, 50));
    await expect(answer({ cacheDir })).rejects.toThrow(/protobuf/i);
  });
});
