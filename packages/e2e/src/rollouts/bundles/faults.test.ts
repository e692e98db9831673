import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import Type from 'typebox';
import { Parse } from 'typebox/value';
import { seededRandom } from '../../statistics/random.js';
import { faultyDetector, FAULTY_SCORES, type DetectorFault } from './faults.js';

const DETECTOR = join(__dirname, '../../../../../models/default/detector.onnx');
const SIDE = 64;

const ShapesSchema = Type.Array(Type.Object({ float: Type.Optional(Type.Array(Type.Integer())) }));
const ProfileSchema = Type.Array(
  Type.Object({
    args: Type.Optional(
      Type.Object({
        op_name: Type.Optional(Type.String()),
        input_type_shape: Type.Optional(ShapesSchema),
        output_type_shape: Type.Optional(ShapesSchema),
      }),
    ),
  }),
);

const random = seededRandom(3);
const picture = (): Uint8Array => Uint8Array.from({ length: SIDE * SIDE * 3 }, () => 256 * random());

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'faults-'))));
afterAll(() => rm(folder, { recursive: true }));

async function modelOf(fault: DetectorFault): Promise<Buffer> {
  return Buffer.concat(faultyDetector(await readFile(DETECTOR), fault));
}

async function load(model: Buffer): Promise<InferenceSession> {
  return InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 4 });
}

async function scores(session: InferenceSession, rgb: Uint8Array, output = FAULTY_SCORES): Promise<unknown> {
  const results = await session.run({ image: new Tensor('uint8', rgb, [1, SIDE, SIDE, 3]) }, [output]);
  return results[output]?.data;
}

describe('a detector with a fault', () => {
  it.each<DetectorFault>(['none', 'slow', 'hang', 'crash', 'errors'])(
    'finds what it found before, with the fault "%s"',
    async (fault) => {
      const [healthy, faulty] = [await load(await readFile(DETECTOR)), await load(await modelOf(fault))];
      const rgb = new Uint8Array(SIDE * SIDE * 3).fill(1);
      rgb[0] = 2; // 12,289 leaves a rest when divided by 39, by 12 and by 24
      expect(await scores(faulty, rgb)).toEqual(await scores(healthy, rgb, 'scores'));
    },
  );

  it('fails for about one picture of 39, and for the same one each time', async () => {
    const session = await load(await modelOf('errors'));
    const failed: Uint8Array[] = [];
    for (let i = 0; i < 780; i++) {
      const rgb = picture();
      await scores(session, rgb).catch(() => failed.push(rgb));
    }
    // 20 are expected; the standard deviation is 4.4.
    expect(failed.length).toBeGreaterThan(5);
    expect(failed.length).toBeLessThan(40);
    for (const rgb of failed) await expect(scores(session, rgb)).rejects.toThrow('out of data bounds');
  });

  it('multiplies several times as often as for a photo of 640x480 when it is slow', async () => {
    const [healthy, slow] = [await modelOf('none'), await modelOf('slow')];
    // The smallest photo, so that nearly all of it is the fault.
    expect(await multiplications(slow, SIDE, SIDE)).toBeGreaterThan(5 * (await multiplications(healthy, 640, 480)));
  });

  // Elsewhere the quotient overflows without a trap.
  (process.arch === 'x64' ? it : it.skip)('takes its process along when it crashes', async () => {
    const child = await runUntilTheEnd('crash');
    expect(await once(child, 'exit')).toEqual([null, 'SIGFPE']);
  });

  it('never comes back from a picture that makes it hang', async () => {
    const child = await runUntilTheEnd('hang');
    const ended = once(child, 'exit');
    try {
      let [last, spentBeforeMs] = [0, 0];
      for await (const line of createInterface({ input: child.stdout })) {
        const [picture = 0, spentMs = 0] = line.split(' ').map(Number);
        // 0: the model is still loading.
        if (picture === 0) continue;
        if (picture !== last) [last, spentBeforeMs] = [picture, spentMs];
        // By then it has computed longer on this picture than on all before, its start included.
        else if (spentMs > 2 * spentBeforeMs) break;
      }
      expect(last).toBe(24);
    } finally {
      // It would compute for ever, and hold this process up.
      child.kill('SIGKILL');
      await ended;
    }
  });
});

/** How many numbers the convolutions and matrix products of one run multiply, by onnxruntime's own profile. */
async function multiplications(model: Buffer, width: number, height: number): Promise<number> {
  const profiles = await mkdtemp(join(folder, 'profile-'));
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    enableProfiling: true,
    profileFilePrefix: join(profiles, 'run'),
  });
  const rgb = new Tensor('uint8', new Uint8Array(width * height * 3), [1, height, width, 3]);
  await session.run({ image: rgb }, [FAULTY_SCORES]);
  session.endProfiling();
  const [file = ''] = await readdir(profiles);
  const events: unknown = JSON.parse(await readFile(join(profiles, file), 'utf8'));
  return Parse(ProfileSchema, events)
    .map(
      ({ args: { op_name: operator = '', input_type_shape: inputs = [], output_type_shape: outputs = [] } = {} }) => {
        const [values = [], weights = []] = inputs.map(({ float = [] }) => float);
        const output = product(outputs[0]?.float ?? []);
        if (operator.endsWith('Conv')) return output * product(weights.slice(1));
        return operator.endsWith('MatMul') ? output * (values.at(-1) ?? 0) : 0;
      },
    )
    .reduce((sum, count) => sum + count, 0);
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/**
 * A process that shows the model pictures whose bytes have the sums 1, 2, 3, ... for as long as it lives. Before each picture,
 * and every 50 ms, it prints a line: the sum of the current picture, and the CPU time that it has used in milliseconds.
 */
async function runUntilTheEnd(fault: DetectorFault): Promise<ChildProcessByStdio<null, Readable, null>> {
  const path = join(folder, `${fault}.onnx`);
  await writeFile(path, await modelOf(fault));
  const program = `
    const { InferenceSession, Tensor } = require('onnxruntime-node');
    const { writeSync } = require('node:fs');
    const { Worker, isMainThread, workerData } = require('node:worker_threads');
    const current = isMainThread ? new Int32Array(new SharedArrayBuffer(4)) : workerData;
    const report = () => {
      const { user, system } = process.cpuUsage();
      writeSync(1, current[0] + ' ' + (user + system) / 1000 + '\\n');
    };
    if (isMainThread) {
      new Worker(process.argv[1], { workerData: current, eval: true });
      InferenceSession.create(${JSON.stringify(path)}, { intraOpNumThreads: 1 }).then(async (session) => {
        for (let sum = 1; ; sum++) {
          const rgb = new Uint8Array(${SIDE * SIDE * 3});
          rgb[0] = sum;
          current[0] = sum;
          report();
          await session.run({ image: new Tensor('uint8', rgb, [1, ${SIDE}, ${SIDE}, 3]) });
        }
      });
    } else setInterval(report, 50);`;
  return spawn(process.execPath, ['-e', program, program], { cwd: __dirname, stdio: ['ignore', 'pipe', 'ignore'] });
}
