import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CliError, PhotoError } from '../program/cli-error.js';
import type { Photo } from '../service/face-service.js';
import type { Mark } from './draw-faces.js';
import type { DrawReply, DrawRequest } from './drawing-worker.js';
import { reasonOf } from '../program/reason.js';

/** Draws faces into photos and writes them as PNG files, one after the other. */
export class Drawing {
  readonly #worker: Worker;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** @throws CliError when the package that reads pixels is not there */
  static async open(): Promise<Drawing> {
    try {
      import.meta.resolve('@face-comparison/engine');
    } catch (cause) {
      throw new CliError('Drawing needs @face-comparison/engine to read the photo, and it is not installed.', {
        cause,
        hint: 'Install it with npm install @face-comparison/engine, or leave --draw out.',
      });
    }
    const worker = new Worker(new URL('./drawing-worker.js', import.meta.url));
    return Promise.resolve(new Drawing(worker));
  }

  /**
   * Writes a photo with marks on it; folders are made when they are needed.
   * @throws PhotoError when the photo cannot be read
   */
  draw(photo: Photo, marks: readonly Mark[], path: string): Promise<void> {
    const work = this.#last.then(async () => {
      if (typeof photo === 'string') throw new PhotoError(`${photo} is a URL; only files can be drawn on.`);
      const reply = await this.#ask({ bytes: photo, marks });
      if ('message' in reply) throw new PhotoError(`The photo cannot be drawn on: ${reply.message}`);
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, reply.png);
      } catch (cause) {
        throw new CliError(`${path} cannot be written: ${reasonOf(cause)}.`, { cause });
      }
    });
    this.#last = work.catch(() => undefined);
    return work;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#worker.terminate();
  }

  #ask(request: DrawRequest): Promise<DrawReply> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        this.#worker.removeAllListeners('message').removeAllListeners('error');
        finish();
      };
      this.#worker.once('message', (reply: DrawReply) => settle(() => resolve(reply)));
      this.#worker.once('error', (error) => settle(() => reject(new Error('drawing failed', { cause: error }))));
      this.#worker.postMessage(request);
    });
  }
}
