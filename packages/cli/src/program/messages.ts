import { progressLine } from './progress.js';

export interface MessagesOptions {
  readonly write: (text: string) => void;
  /** On a terminal the progress is one line that is drawn again and again; elsewhere a line is written now and then. */
  readonly isTerminal: boolean;
  /** Errors only. */
  readonly isQuiet: boolean;
  readonly nowMs: () => number;
}

const REDRAW_MS = 200;
const LINE_EACH_MS = 10_000;

/** Something that is counted while it goes on. */
export interface Progress {
  advance(): void;
  /** Draws the last state; nothing is drawn after it. */
  finish(): void;
}

/** What is said to a person, on standard error: notes, errors, and one progress bar at a time. */
export class Messages {
  readonly #options: MessagesOptions;
  #bar: string | undefined;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Something worth knowing. */
  note(text: string): void {
    if (!this.#options.isQuiet) this.error(text);
  }

  /** Something that went wrong. */
  error(text: string): void {
    this.#options.write(`${this.#bar === undefined ? '' : '\r\u001b[2K'}${text}\n${this.#bar ?? ''}`);
  }

  /**
   * Begins a progress bar. One item is not worth a bar.
   *
   * @param began - how many of the items were done by an earlier run
   */
  progress(label: string, total: number, began = 0): Progress {
    const { write, isTerminal, isQuiet, nowMs } = this.#options;
    if (isQuiet || total - began < 2) return { advance: () => undefined, finish: () => undefined };
    const startedMs = nowMs();
    let done = began;
    let drawnMs = startedMs;
    const draw = (): void => {
      drawnMs = nowMs();
      const line = progressLine(label, done, total, (drawnMs - startedMs) / 1000, began);
      if (isTerminal) this.#bar = line;
      write(isTerminal ? `\r\u001b[2K${line}` : `${line}\n`);
    };
    if (isTerminal) draw();
    return {
      advance: () => {
        done++;
        if (nowMs() - drawnMs >= (isTerminal ? REDRAW_MS : LINE_EACH_MS)) draw();
      },
      finish: () => {
        draw();
        if (isTerminal) write('\n');
        this.#bar = undefined;
      },
    };
  }
}
