import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../program/cli-error.js';
import { codeOf, reasonOf } from '../program/reason.js';

/** A piece of a file. */
export interface Span {
  readonly offset: number;
  readonly bytes: number;
}

/** A line of a file, without its line break; `span` has it with. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  readonly span: Span;
  /** False for a last line without a line break: whoever wrote it may have been stopped. */
  readonly isWhole: boolean;
}

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * The lines of a file, one after the other; the file may be larger than memory. A byte order mark of UTF-8 is no part of
 * the first line.
 *
 * @throws CliError when the file is UTF-16
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  const file = await open(path);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest: Buffer[] = [];
    let offset = 0;
    let number = 1;
    const take = (parts: readonly Buffer[], breakBytes: 0 | 1): Line => {
      const content = Buffer.concat(parts);
      const span = { offset, bytes: content.length + breakBytes };
      offset += span.bytes;
      return { text: content.toString('utf8').replace(/\r$/, ''), number: number++, span, isWhole: breakBytes === 1 };
    };
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      let from = offset === 0 && rest.length === 0 ? startOf(chunk.subarray(0, bytesRead), path) : 0;
      offset += from;
      for (let to = chunk.indexOf(NEWLINE); to >= 0 && to < bytesRead; to = chunk.indexOf(NEWLINE, from)) {
        yield take([...rest, chunk.subarray(from, to)], 1);
        rest = [];
        from = to + 1;
      }
      if (from < bytesRead) rest.push(Buffer.from(chunk.subarray(from, bytesRead)));
    }
    if (rest.length > 0) yield take(rest, 0);
  } finally {
    await file.close();
  }
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Where the text of a file begins: behind a byte order mark. JSON begins with an ASCII character, so that a zero byte
 * among the first two tells another encoding.
 */
function startOf(head: Buffer, path: string): number {
  const [first, second] = head;
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  if (isLittle || isBig) {
    throw new CliError(`${path}: expected JSON in UTF-8, got UTF-16${isBig ? 'BE' : 'LE'}.`, {
      hint: 'Save it as UTF-8.',
    });
  }
  return head.subarray(0, UTF8_MARK.length).equals(UTF8_MARK) ? UTF8_MARK.length : 0;
}

/** Pieces of a file, read when they are wanted. */
export class SpanReader {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<SpanReader> {
    return new SpanReader(await open(path));
  }

  async read({ offset, bytes }: Span): Promise<string> {
    const buffer = Buffer.alloc(bytes);
    await this.#file.read(buffer, 0, bytes, offset);
    return buffer.toString('utf8');
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** At most so much of what was appended is lost when the machine itself stops. */
const SYNC_EACH_MS = 1000;

/** A file that only grows. What was appended outlives the process at once, and the machine a second later. */
export class AppendFile {
  readonly #file: FileHandle;
  #end: number;
  #syncedMs = performance.now();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, end: number) {
    this.#file = file;
    this.#end = end;
  }

  /** @param keepBytes what is behind them, a line that was not finished, is cut off */
  static async open(path: string, keepBytes: number): Promise<AppendFile> {
    const file = await open(path, 'a+');
    await file.truncate(keepBytes);
    return new AppendFile(file, keepBytes);
  }

  /** Appends a text in one write and says where it is. */
  append(text: string): Promise<Span> {
    const work = this.#last.then(async () => {
      const buffer = Buffer.from(text, 'utf8');
      const span = { offset: this.#end, bytes: buffer.length };
      await this.#file.appendFile(buffer);
      this.#end += buffer.length;
      if (performance.now() - this.#syncedMs >= SYNC_EACH_MS) {
        await this.#file.datasync();
        this.#syncedMs = performance.now();
      }
      return span;
    });
    this.#last = work.catch(() => undefined);
    return work;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.datasync();
    await this.#file.close();
  }
}

/**
 * Writes a file so that whoever looks sees the old one or the whole new one.
 * @param write writes the new content by the function that it is given
 */
export async function replaceFile(
  path: string,
  write: (append: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, 'w');
  try {
    try {
      await write(async (text) => {
        await file.appendFile(text);
      });
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a rename outlive the machine; where folders cannot be synced it is the file system's own business. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Claims a file for this process.
 *
 * @returns what gives it back
 * @throws CliError when another process that lives has it
 */
export async function claim(path: string): Promise<() => Promise<void>> {
  const lock = `${path}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(lock, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(lock, { force: true });
    } catch (cause) {
      const isTaken = codeOf(cause) === 'EEXIST';
      if (!isTaken) {
        throw new CliError(`${path} cannot be written: ${reasonOf(cause)}.`, {
          cause,
        });
      }
      const owner = await ownerOf(lock);
      if (attempt > 0 || owner !== undefined) {
        throw new CliError(`Another face-comparison (process ${owner ?? 'unknown'}) is writing ${path}.`, {
          hint: `Wait until it is done. If no such process runs, delete ${lock}.`,
        });
      }
      // Whoever had it was stopped: kill -9 leaves its lock.
      await rm(lock, { force: true });
    }
  }
}

/** The process that holds a lock, if it lives. */
async function ownerOf(lock: string): Promise<number | undefined> {
  let pid: number | undefined;
  for await (const { text } of readLines(lock)) pid ??= Number(text);
  if (pid === undefined || !Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return codeOf(error) === 'EPERM' ? pid : undefined;
  }
}
