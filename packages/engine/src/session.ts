import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cpus, arch, platform } from 'node:os';
import './no-telemetry.js';
import { env, InferenceSession, listSupportedBackends, type Tensor } from 'onnxruntime-node';
import { EngineError } from './engine-error.js';
import { MappedFiles } from './mapped-files.js';
import { expandPRelu } from './prelu.js';

export type ExecutionProvider = 'cpu' | 'cuda';

export interface SessionOptions {
  /** Where the memory-mapped forms are kept; without it, or where it cannot be written, the model is loaded as it is. */
  readonly cacheDir?: string;
  readonly provider: ExecutionProvider;
  readonly threads: number;
  /**
   * Whether the runtime keeps the memory of a run for the next one. Right where inputs have much the same size: a run of
   * the default model's heads then takes a tenth less CPU time. Wrong where one is ten times larger than the others, since
   * the most that any run took is never given back. @defaultValue true
   */
  readonly keepsMemory?: boolean;
  /** Told when a memory-mapped form had to be made, which leaves this process with memory that it does not get rid of. */
  readonly onMade?: () => void;
}

/** A loaded graph. Not re-entrant: one run at a time. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** The memory-mapped file that it was loaded from, if it was: to load it a second time shares the weights. */
  readonly mappedFile?: string | undefined;
  /** How many images a run takes, where the graph was exported for a fixed number; `undefined` where it takes any. */
  fixedBatch(input: string): number | undefined;
  /** Runs the graph and gives the named outputs; blocks the thread while the runtime computes. */
  run(input: string, tensor: Tensor, outputs: readonly string[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** A graph that the runtime has loaded. */
export class LoadedSession implements Session {
  readonly #session: InferenceSession;
  readonly mappedFile: string | undefined;

  constructor(session: InferenceSession, mappedFile?: string) {
    this.#session = session;
    this.mappedFile = mappedFile;
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  fixedBatch(input: string): number | undefined {
    const metadata = this.#session.inputMetadata.find(({ name }) => name === input);
    const batch = metadata?.isTensor === true ? metadata.shape[0] : undefined;
    return typeof batch === 'number' && batch > 0 ? batch : undefined;
  }

  async run(input: string, tensor: Tensor, outputs: readonly string[]): Promise<Float32Array[]> {
    const results = await this.#session.run({ [input]: tensor }, [...outputs]);
    return outputs.map((name) => {
      const data = results[name]?.data;
      if (!(data instanceof Float32Array)) {
        throw new EngineError(
          'model_unusable',
          `output "${name}" should be float32, the graph gave ${results[name]?.type ?? 'nothing'}`,
        );
      }
      return data;
    });
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** What two sessions of one graph may differ in. */
type CpuOptions = Pick<SessionOptions, 'threads' | 'keepsMemory'>;

/**
 * Loads a graph.
 *
 * On the CPU it is loaded memory-mapped from onnxruntime's own format (.ort), made from the ONNX file at the first start
 * on this machine: weights are then shared by all processes that map the file, and loading takes a tenth of the time.
 * The file holds weights laid out for this CPU, so it is kept under the digest of the model, the version of
 * onnxruntime and the features of the CPU; see `MappedFiles`. Wherever that is not possible (read-only or full disk), the
 * ONNX file is loaded directly.
 *
 * @param path the ONNX file, verified
 * @param sha256 its digest
 */
export async function loadSession(path: string, sha256: string, options: SessionOptions): Promise<LoadedSession> {
  if (options.provider === 'cuda') return new LoadedSession(await createCudaSession(path, options));
  if (options.cacheDir !== undefined) {
    const files = new MappedFiles(options.cacheDir, `${sha256.slice(0, 32)}-${await machineKey()}`);
    const found = await files.find();
    const mapped = found ?? (await files.make((target) => writeMapped(path, target)));
    if (found === undefined && mapped !== undefined) options.onMade?.();
    if (mapped !== undefined) {
      try {
        return new LoadedSession(await createMappedSession(mapped, options), mapped);
      } catch {
        // Whole, and still not to be used: a fault of the runtime, and not worth making anew at each start.
      }
    }
  }
  return new LoadedSession(await InferenceSession.create(await readForCpu(path), cpuOptions(options)));
}

/**
 * Loads a graph a second time for runs that use several threads.
 *
 * @param mappedFile of the session that was loaded before: its weights are shared, and the file has been checked
 */
export async function loadWideSession(mappedFile: string, options: CpuOptions): Promise<LoadedSession> {
  // With `disable_prepacking` it would take 31 MB less for the default model, and give vectors with other last bits.
  return new LoadedSession(await createMappedSession(mappedFile, options), mappedFile);
}

/** Raised when `readForCpu` makes something else of a file, so that memory-mapped forms are made again. */
const FORM = 'prelu-2';

/** A graph in the form that onnxruntime computes fastest on this kind of CPU. */
async function readForCpu(path: string): Promise<Uint8Array> {
  const model = await readFile(path);
  // On ARM onnxruntime does not block its convolutions, and the expanded form gains nothing.
  if (arch() !== 'x64') return model;
  try {
    return expandPRelu(model);
  } catch {
    return model; // No ONNX file, then; the runtime says so in its own words.
  }
}

function cpuOptions(
  options: CpuOptions,
  extra: Readonly<Record<string, string>> = {},
): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    enableCpuMemArena: options.keepsMemory ?? true,
    // A plan of the memory for each size of input: doubles what is kept, and saves no time.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Threads that wait for their part of a run spin, which makes it shorter and costs no more of their time; those that
    // wait for the next run must not, since their cores belong to somebody else by then.
    extra: { session: { ...extra, force_spinning_stop: '1' } },
  };
}

async function createMappedSession(path: string, options: CpuOptions): Promise<InferenceSession> {
  return InferenceSession.create(
    path,
    cpuOptions(options, {
      load_model_format: 'ORT',
      use_memory_mapped_ort_model: '1',
      use_ort_model_bytes_for_initializers: '1',
    }),
  );
}

async function writeMapped(path: string, target: string): Promise<void> {
  const session = await InferenceSession.create(await readForCpu(path), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    optimizedModelFilePath: target,
    logSeverityLevel: 3,
    extra: { session: { save_model_format: 'ORT' } },
  });
  await session.release();
}

async function createCudaSession(path: string, options: SessionOptions): Promise<InferenceSession> {
  const backend = listSupportedBackends().find(({ name }) => name === 'cuda');
  if (backend === undefined) {
    throw new EngineError(
      'provider_unavailable',
      'CUDA was asked for, but this build of onnxruntime does not support it on this platform',
    );
  }
  try {
    // Only 'cuda': with 'cpu' behind it, a missing driver would silently cost a hundredfold. Of its options the binding passes
    // on the device alone; a container sees the first as 0, whichever it is.
    return await InferenceSession.create(path, {
      executionProviders: [{ name: 'cuda', deviceId: 0 }],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new EngineError(
      'provider_unavailable',
      'CUDA was asked for but cannot be used: is there an NVIDIA GPU, its driver, and the CUDA libraries of onnxruntime in this image?',
      { cause },
    );
  }
}

let machine: Promise<string> | undefined;

/** Names what a .ort file depends on besides the model: the runtime and the instruction set. */
function machineKey(): Promise<string> {
  machine ??= (async () => {
    const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => cpus()[0]?.model ?? '');
    const features = /^(?:flags|Features)\s*:(.*)$/m.exec(info)?.[1] ?? info;
    const hash = createHash('sha256').update(`${FORM} ${platform()} ${arch()} ${env.versions.node ?? ''} ${features}`);
    return hash.digest('hex').slice(0, 16);
  })();
  return machine;
}
