import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { seededRandom } from '../../statistics/random.js';
import { faultyDetector, FAULTY_SCORES, type DetectorFault } from './faults.js';

const DETECTOR = join(__dirname, '../../../../../models/default/detector.onnx');
const SIDE = 64;

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

  it('takes several times as long when it is slow', async () => {
    const [healthy, slow] = [await load(await modelOf('none')), await load(await modelOf('slow'))];
    const fastest = async (session: InferenceSession): Promise<number> => {
      let least = Infinity;
      for (let i = 0; i < 5; i++) {
        const started = performance.now();
        await scores(session, picture());
        least = Math.min(least, performance.now() - started);
      }
      return least;
    };
    expect(await fastest(slow)).toBeGreaterThan(5 * (await fastest(healthy)));
  });

  // Elsewhere the quotient overflows without a trap.
  (process.arch === 'x64' ? it : it.skip)('takes its process along when it crashes', async () => {
    const child = await runUntilTheEnd('crash');
    expect(await once(child, 'exit')).toEqual([null, 'SIGFPE']);
  });

  it('never comes back from a picture that makes it hang', async () => {
    const child = await runUntilTheEnd('hang');
    // It says before which picture it is; the one that hangs is the last that it speaks of.
    let last = 0;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      last = Number(text.trim().split('\n').at(-1));
    });
    const ended = once(child, 'exit');
    try {
      let seen = 0;
      for (let quiet = 0; quiet < 10;) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        quiet = last === seen && last > 0 ? quiet + 1 : 0;
        seen = last;
      }
      expect(last).toBe(24);
    } finally {
      // It would compute for ever, and hold this process up.
      child.kill('SIGKILL');
      await ended;
    }
  });
});

/** A process that shows the model pictures whose bytes have the sums 1, 2, 3, ... for as long as it lives. */
async function runUntilTheEnd(fault: DetectorFault): Promise<ChildProcess> {
  const path = join(folder, `${fault}.onnx`);
  await writeFile(path, await modelOf(fault));
  const program = `
    const { InferenceSession, Tensor } = require('onnxruntime-node');
    const { writeSync } = require('node:fs');
    InferenceSession.create(${JSON.stringify(path)}, { intraOpNumThreads: 1 }).then(async (session) => {
      for (let sum = 1; ; sum++) {
        const rgb = new Uint8Array(${SIDE * SIDE * 3});
        rgb[0] = sum;
        writeSync(1, sum + '\\n');
        await session.run({ image: new Tensor('uint8', rgb, [1, ${SIDE}, ${SIDE}, 3]) });
      }
    });`;
  return spawn(process.execPath, ['-e', program], { cwd: __dirname, stdio: ['ignore', 'pipe', 'ignore'] });
}
