import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * A process that does nothing but watch its own event loop. Its longest stall is what the machine's scheduler and the
 * other work on it add to every process, so a stall of the service can be told from a stall of the machine.
 */
export class IdleProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static start(): IdleProcess {
    return new IdleProcess(fork(fileURLToPath(new URL('./idle-process-worker.js', import.meta.url))));
  }

  /** The longest stall since the last call: reading it starts anew. */
  async longestStallMs(): Promise<number> {
    const answer = once(this.#child, 'message');
    this.#child.send('report');
    const [stallMs] = (await answer) as [unknown];
    if (typeof stallMs !== 'number') throw new Error('the idle process answered no number');
    return stallMs;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}
