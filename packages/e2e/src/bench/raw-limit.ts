import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { mean } from '../statistics/summary.js';
import type { Accelerator } from './contenders.js';
import type { PhotoSpec } from './photos.js';

/** What the parent asks of a worker. A duration of 0 only prepares. */
export interface RawLimitRequest {
  readonly manifestPath: string;
  readonly accelerator: Accelerator;
  readonly photo: PhotoSpec;
  readonly minDurationMs: number;
}

/** What one or all workers reach. */
export interface RawRate {
  readonly requestsPerSecond: number;
  readonly cpuMsPerRequest: number;
}

export type RawLimitAnswer = RawRate | { readonly error: string };

/**
 * The ceiling of what any server can reach on this machine with these networks: processes of one thread each that do
 * nothing but `session.run` on prepared inputs. Reading HTTP, decoding, aligning and writing JSON cost nothing here.
 */
export class RawLimit {
  readonly #model: Pick<RawLimitRequest, 'manifestPath' | 'accelerator'>;
  readonly #workers: readonly ChildProcess[];

  private constructor(model: Pick<RawLimitRequest, 'manifestPath' | 'accelerator'>, workers: readonly ChildProcess[]) {
    this.#model = model;
    this.#workers = workers;
  }

  static start(manifestPath: string, processes: number, accelerator: Accelerator): RawLimit {
    const program = fileURLToPath(new URL('./raw-limit-worker.js', import.meta.url));
    return new RawLimit(
      { manifestPath, accelerator },
      Array.from({ length: processes }, () => fork(program)),
    );
  }

  /**
   * Requests a second of all workers together and CPU time of one request, were a request only its networks.
   *
   * @throws Error when a worker cannot run the model
   */
  async measure(photo: PhotoSpec, minDurationMs: number): Promise<RawRate> {
    // First all get ready, so that none measures while another still loads.
    await this.#askAll({ ...this.#model, photo, minDurationMs: 0 });
    const rates = await this.#askAll({ ...this.#model, photo, minDurationMs });
    return {
      requestsPerSecond: rates.reduce((sum, rate) => sum + rate.requestsPerSecond, 0),
      cpuMsPerRequest: mean(rates.map((rate) => rate.cpuMsPerRequest)),
    };
  }

  #askAll(request: RawLimitRequest): Promise<RawRate[]> {
    return Promise.all(this.#workers.map((worker) => ask(worker, request)));
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#workers.map(async (worker) => {
        if (worker.exitCode !== null || worker.signalCode !== null) return;
        const ended = once(worker, 'exit');
        worker.kill();
        await ended;
      }),
    );
  }
}

async function ask(worker: ChildProcess, request: RawLimitRequest): Promise<RawRate> {
  const answer = new Promise<RawLimitAnswer>((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`a raw-limit worker ended with ${code ?? 'a signal'}`));
    worker.once('exit', onExit);
    worker.once('message', (message: RawLimitAnswer) => {
      worker.off('exit', onExit);
      resolve(message);
    });
  });
  worker.send(request);
  const result = await answer;
  if ('error' in result) throw new Error(`the raw limit cannot be measured: ${result.error}`);
  return result;
}
