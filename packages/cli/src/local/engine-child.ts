import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Analysis, EngineModel, EngineOptions } from '@face-comparison/engine';
import { CliError, PhotoError } from '../program/cli-error.js';
import type { EngineReply, EngineRequest } from './protocol.js';
import { reasonOf } from '../program/reason.js';

const PROGRAM = fileURLToPath(new URL('./engine-process.js', import.meta.url));

interface Pending {
  readonly resolve: (reply: EngineReply) => void;
  readonly reject: (error: Error) => void;
}

/** A process that computes, seen from the command. */
export class EngineChild {
  readonly #child: ChildProcess;
  #pending: Pending | undefined;
  #ended: string | undefined;

  private constructor() {
    this.#child = fork(PROGRAM, [], {
      execArgv: ['--expose-gc', '--max-semi-space-size=2'],
      // Typed arrays travel as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // One arena for all threads of the C library: less memory, no more time.
      env: { ...process.env, MALLOC_ARENA_MAX: '1' },
    });
    this.#child.on('message', (reply: EngineReply) => {
      this.#pending?.resolve(reply);
      this.#pending = undefined;
    });
    const onEnd = (how: string): void => {
      this.#ended = how;
      this.#pending?.reject(new PhotoError(`The process that computes ended (${how}) while it looked at the photo.`));
      this.#pending = undefined;
    };
    this.#child.on('error', (error) => onEnd(error.message));
    this.#child.on('exit', (code, signal) => onEnd(signal ?? `code ${code ?? 'unknown'}`));
  }

  /** @throws CliError when the model cannot be loaded */
  static async load(model: EngineModel, options: EngineOptions): Promise<EngineChild> {
    const child = new EngineChild();
    try {
      const reply = await child.#ask({ type: 'load', model, options });
      if (reply.type !== 'loaded') throw new Error('message' in reply ? reply.message : reply.type);
      return child;
    } catch (cause) {
      child.end();
      const reason = reasonOf(cause);
      throw new CliError(`Version ${model.manifest.version} cannot be loaded on this machine: ${reason}`, { cause });
    }
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** @throws PhotoError when the photo is to blame, or the process ended over it */
  async analyze(request: Omit<Extract<EngineRequest, { type: 'analyze' }>, 'type'>): Promise<Analysis> {
    const reply = await this.#ask({ type: 'analyze', ...request });
    switch (reply.type) {
      case 'analyzed':
        return reply.analysis;
      case 'photo-refused': {
        const { message } = reply;
        throw new PhotoError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`);
      }
      case 'failed':
        throw new CliError(`The engine failed: ${reply.message}`);
      case 'loaded':
        throw new Error('the engine answered a photo as if it were a model');
    }
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(request: EngineRequest): Promise<EngineReply> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(new PhotoError(`The process that computes has ended (${this.#ended}).`));
        return;
      }
      this.#pending = { resolve, reject };
      this.#child.send(request, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}
