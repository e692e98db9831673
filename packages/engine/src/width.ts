import { setImmediate } from 'node:timers/promises';
import type { Tensor } from 'onnxruntime-node';
import type { Session } from './session.js';

/** Whether runs of an engine may use several threads. It changes between two runs of a picture, never during one. */
export class Width {
  #isWide = false;
  #wideRun: Promise<unknown> = Promise.resolve();

  /** Runs that begin from now on may use several threads. */
  widen(): void {
    this.#isWide = true;
  }

  /** Runs that begin from now on use one thread; resolves when none that uses more is under way. */
  async narrow(): Promise<void> {
    this.#isWide = false;
    await this.#wideRun;
  }

  /**
   * Does a run in one of two ways, whichever holds at the moment when it begins.
   * @param wide undefined where there is no other way than the narrow one
   */
  async run<T>(narrow: () => Promise<T>, wide: (() => Promise<T>) | undefined): Promise<T> {
    // The runtime blocks this thread while it computes. Somebody who asked to `narrow` during the run before has to be heard
    // before this one begins, and the event loop must turn for that.
    if (this.#isWide && wide !== undefined) await setImmediate();
    if (!this.#isWide || wide === undefined) return narrow();
    const run = wide();
    this.#wideRun = run.catch(() => undefined);
    return run;
  }
}

/** A graph that is loaded for one thread and, once it has been widened, for several as well. */
export class TwoWidthSession implements Session {
  readonly #narrow: Session;
  readonly #width: Width;
  readonly #loadWide: ((threads: number) => Promise<Session>) | undefined;
  #wide: Session | undefined;

  /**
   * @param width says before each run which of the two takes it
   * @param loadWide loads the graph a second time; undefined where that would cost the memory of its weights again
   */
  constructor(narrow: Session, width: Width, loadWide?: (threads: number) => Promise<Session>) {
    this.#narrow = narrow;
    this.#width = width;
    this.#loadWide = loadWide;
  }

  get inputNames(): readonly string[] {
    return this.#narrow.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#narrow.outputNames;
  }

  fixedBatch(input: string): number | undefined {
    return this.#narrow.fixedBatch(input);
  }

  /** Whether `widen` can succeed. */
  get canWiden(): boolean {
    return this.#loadWide !== undefined;
  }

  /** Loads the graph for runs that use so many threads. */
  async widen(threads: number): Promise<void> {
    this.#wide ??= await this.#loadWide?.(threads);
  }

  /** Frees what `widen` has loaded. */
  async forgetWide(): Promise<void> {
    const wide = this.#wide;
    this.#wide = undefined;
    await wide?.close();
  }

  run(input: string, tensor: Tensor, outputs: readonly string[]): Promise<Float32Array[]> {
    const wide = this.#wide;
    return this.#width.run(
      () => this.#narrow.run(input, tensor, outputs),
      wide === undefined ? undefined : () => wide.run(input, tensor, outputs),
    );
  }

  async close(): Promise<void> {
    await this.forgetWide();
    await this.#narrow.close();
  }
}
