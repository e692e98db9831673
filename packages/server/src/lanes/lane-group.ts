import type { EngineModel, EngineOptions, RunCounts } from '@face-comparison/engine';
import { Lane } from './lane.js';

export interface LaneGroupOptions {
  readonly model: EngineModel;
  readonly engine: EngineOptions;
  /** How many lanes. */
  readonly size: number;
  /** Jobs that a lane takes at once; more than one only where it does not compute itself. */
  readonly jobsPerLane: number;
  /** How many threads a job may use that has the machine to itself; undefined where each job uses one. */
  readonly wideThreads?: number | undefined;
  readonly onLaneLost: (reason: string) => void;
  readonly onStderr: (line: string) => void;
  /** Called with each answer: runs of heads since the one before. */
  readonly onHeadRuns: (counts: RunCounts) => void;
  /** Called when a lane has come to have room for a job. */
  readonly onFree: () => void;
  /** Called when no job of this version can use several threads, with the reason. */
  readonly onNotWidened: (reason: string) => void;
}

/** Waits before a lost lane is replaced; the last one is repeated for as long as it takes. */
const RESTART_DELAYS_MS = [0, 500, 2_000, 10_000, 30_000];

/** How long a lane may take to load its graphs for several threads and to run them over the golden crops. */
const WIDEN_BUDGET_MS = 120_000;

/** The lanes of one model version. A lane that is lost is replaced. */
export class LaneGroup {
  readonly #options: LaneGroupOptions;
  /** How many jobs each lane has. */
  readonly #jobs = new Map<Lane, number>();
  /** Lanes that have room for a job; last the one that has had one for the shortest time, whose memory is warm. */
  readonly #free: Lane[] = [];
  readonly #starting = new Set<Promise<Lane>>();
  readonly #stop = new AbortController();
  /** The one lane that can run jobs wide, or was to be made so: each that can keeps memory for it. */
  #wide: Lane | undefined;

  constructor(options: LaneGroupOptions) {
    this.#options = options;
  }

  get model(): EngineModel {
    return this.#options.model;
  }

  /** Lanes alive now. */
  get size(): number {
    return this.#jobs.size;
  }

  get pids(): number[] {
    return [...this.#jobs.keys()].flatMap(({ pid }) => pid ?? []);
  }

  /**
   * Starts all lanes: the first one alone, as it makes what the others can share (the memory-mapped model). If it had to, it
   * has done its work: another takes its place and its memory goes back to the system.
   * @throws Error when a lane does not start; the others are stopped
   */
  async start(): Promise<void> {
    const { size } = this.#options;
    try {
      const first = await this.#startLane();
      if (first.hasMadeForms) await first.stop();
      else await this.#enlist(first);
      await Promise.all(Array.from({ length: first.hasMadeForms ? size : size - 1 }, () => this.#add()));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Takes a place in the lane that has the fewest jobs, or nothing. Give it back with `release`.
   * @param width 'wide' for the lane that can run a job wide, and no other
   */
  acquire(width: 'narrow' | 'wide' = 'narrow'): Lane | undefined {
    let chosen: Lane | undefined;
    for (const lane of this.#free) {
      if (!lane.isAlive || (width === 'wide' && !lane.isWidened)) continue;
      if (chosen === undefined || this.#jobsOf(lane) <= this.#jobsOf(chosen)) chosen = lane;
    }
    if (chosen !== undefined) this.#take(chosen);
    return chosen;
  }

  /** Gives a place back after its job. */
  release(lane: Lane): void {
    if (this.#hasStopped() || !lane.isAlive) return;
    this.#jobs.set(lane, this.#jobsOf(lane) - 1);
    this.#notFree(lane);
    this.#free.push(lane);
    this.#options.onFree();
  }

  /**
   * Runs every lane once, over the golden crops of its own model, so that the first request does not pay for it.
   * @returns the smallest cosine to the expected vectors; null when the model cannot be measured on its crops
   */
  async warm(budgetMs: number): Promise<number | null> {
    const lanes = [...this.#free];
    for (const lane of lanes) this.#take(lane);
    const cosines = await Promise.all(
      lanes.map((lane) => lane.goldenCosine(this.model, budgetMs).finally(() => this.release(lane))),
    );
    // Beside the first requests rather than before them.
    void this.#widen();
    return cosines.includes(null) ? null : Math.min(...cosines.map(Number));
  }

  /** The smallest cosine between the vectors of this model and the expected ones, for the golden crops of another. */
  async goldenCosine(other: EngineModel, budgetMs: number): Promise<number | null> {
    const lane = await this.#untilFree();
    if (lane === undefined) throw new Error('the lanes have been stopped');
    return lane.goldenCosine(other, budgetMs).finally(() => this.release(lane));
  }

  /** Ends all lanes; jobs in flight are lost. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#free.length = 0;
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#jobs.keys()].map((lane) => lane.stop()));
  }

  async #add(): Promise<void> {
    await this.#enlist(await this.#startLane());
  }

  async #startLane(): Promise<Lane> {
    const { model, engine, jobsPerLane, onStderr, onHeadRuns } = this.#options;
    const starting = Lane.start(model, engine, { jobs: jobsPerLane, onStderr, onHeadRuns }, this.#stop.signal);
    this.#starting.add(starting);
    return starting.finally(() => this.#starting.delete(starting));
  }

  async #enlist(lane: Lane): Promise<void> {
    this.#jobs.set(lane, 0);
    void lane.exited.then(() => this.#replace(lane));
    if (this.#hasStopped()) return lane.stop();
    if (!lane.isAlive) return;
    this.#free.push(lane);
    this.#options.onFree();
  }

  #jobsOf(lane: Lane): number {
    return this.#jobs.get(lane) ?? 0;
  }

  #take(lane: Lane): void {
    const jobs = this.#jobsOf(lane) + 1;
    this.#jobs.set(lane, jobs);
    if (jobs >= this.#options.jobsPerLane) this.#notFree(lane);
  }

  #notFree(lane: Lane): void {
    const at = this.#free.indexOf(lane);
    if (at >= 0) this.#free.splice(at, 1);
  }

  /** Makes one lane able to run jobs wide, if there is to be one and is none. */
  async #widen(): Promise<void> {
    const { wideThreads, onNotWidened } = this.#options;
    if (wideThreads === undefined) return;
    const lane = await this.#untilFree();
    if (lane === undefined) return;
    try {
      if (this.#wide !== undefined) return;
      this.#wide = lane;
      await lane.widen(wideThreads, WIDEN_BUDGET_MS);
    } catch (error) {
      if (!this.#hasStopped()) onNotWidened(messageOf(error));
    } finally {
      this.release(lane);
    }
  }

  /** Takes a place as soon as there is one, for work beside traffic; undefined when the lanes have been stopped. */
  async #untilFree(): Promise<Lane | undefined> {
    let lane = this.acquire();
    while (lane === undefined && !this.#hasStopped()) {
      await new Promise((resolve) => setTimeout(resolve, 20).unref());
      lane = this.acquire();
    }
    return lane;
  }

  async #replace(lost: Lane): Promise<void> {
    this.#jobs.delete(lost);
    this.#notFree(lost);
    // One that was lost on the way there is not tried again: that could go on without end.
    if (lost.isWidened) this.#wide = undefined;
    if (this.#hasStopped()) return;
    this.#options.onLaneLost(
      `lane ${lost.pid ?? '?'} of model version ${this.model.manifest.version} was lost and is replaced`,
    );
    for (let attempt = 0; ; attempt++) {
      const delay = RESTART_DELAYS_MS[Math.min(attempt, RESTART_DELAYS_MS.length - 1)];
      await new Promise((resolve) => setTimeout(resolve, delay).unref());
      if (this.#hasStopped()) return;
      try {
        await this.#add();
        if (lost.isWidened) void this.#widen();
        return;
      } catch (error) {
        this.#options.onLaneLost(`a lane could not be replaced: ${messageOf(error)}`);
      }
    }
  }

  /** A method, since the compiler does not see that it may change while something is awaited. */
  #hasStopped(): boolean {
    return this.#stop.signal.aborted;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
