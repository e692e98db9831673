import { readFile } from 'node:fs/promises';

/** How often a watched file is read. */
const INTERVAL_MS = 500;

/**
 * Reads a small file again and again and reports each new content, the first one too. Polling, since a mounted
 * ConfigMap changes by the swap of a symbolic link two folders up, which no file-system event of the file tells.
 */
export class WatchedFile {
  readonly #path: string;
  readonly #onContent: (content: Buffer) => void;
  readonly #onUnreadable: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #last: Buffer | undefined;
  #stopped = false;

  constructor(path: string, onContent: (content: Buffer) => void, onUnreadable: (error: Error) => void) {
    this.#path = path;
    this.#onContent = onContent;
    this.#onUnreadable = onUnreadable;
  }

  /** Reads the file for the first time and goes on watching it. */
  async start(): Promise<void> {
    await this.#read();
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#read().then(() => this.#schedule()), INTERVAL_MS).unref();
  }

  async #read(): Promise<void> {
    let content: Buffer;
    try {
      content = await readFile(this.#path);
    } catch (error) {
      // Told once: the same trouble every half second would drown the log.
      if (this.#last !== undefined || !this.#timer)
        this.#onUnreadable(error instanceof Error ? error : new Error(String(error)));
      this.#last = undefined;
      return;
    }
    if (this.#last?.equals(content) === true || this.#stopped) return;
    this.#last = content;
    this.#onContent(content);
  }
}
