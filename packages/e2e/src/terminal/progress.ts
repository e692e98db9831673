export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  readonly write?: (text: string) => void;
  /** On a terminal the line is redrawn; elsewhere a line is written each ten seconds. */
  readonly isTerminal?: boolean;
  readonly nowMs?: () => number;
}

/** A progress bar with rate and time to go, on standard error. */
export class Progress {
  readonly #options: Required<ProgressOptions>;
  readonly #startedMs: number;
  #lastDrawnMs: number;
  #done = 0;

  constructor(options: ProgressOptions) {
    this.#options = {
      write: (text) => process.stderr.write(text),
      isTerminal: process.stderr.isTTY,
      nowMs: () => performance.now(),
      ...options,
    };
    this.#startedMs = this.#options.nowMs();
    this.#lastDrawnMs = this.#startedMs;
  }

  /** Sets how much is done; draws when enough time has gone by. */
  update(done: number): void {
    this.#done = done;
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#lastDrawnMs < (this.#options.isTerminal ? 200 : 10_000)) return;
    this.#lastDrawnMs = nowMs;
    this.#draw(nowMs);
  }

  advance(): void {
    this.update(this.#done + 1);
  }

  /** Draws the last state and ends the line. */
  finish(): void {
    this.#draw(this.#options.nowMs());
    if (this.#options.isTerminal) this.#options.write('\n');
  }

  #draw(nowMs: number): void {
    const { label, total, isTerminal, write } = this.#options;
    const line = progressLine(label, this.#done, total, (nowMs - this.#startedMs) / 1000);
    write(isTerminal ? `\r\x1b[2K${line}` : `${line}\n`);
  }
}

/** `label [#####.....] 50/100 (50 %) 5.0/s, 10 s to go` */
export function progressLine(label: string, done: number, total: number, elapsedS: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(20 * share);
  const rate = elapsedS > 0 ? done / elapsedS : 0;
  const eta =
    done >= total ? `took ${elapsedS.toFixed(0)} s` : rate > 0 ? `${Math.ceil((total - done) / rate)} s to go` : '';
  return `${label} [${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${done}/${total} (${Math.floor(100 * share)} %) ${rate.toFixed(1)}/s, ${eta}`;
}
