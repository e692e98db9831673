import { access, readFile } from 'node:fs/promises';
import { CliError } from '../program/cli-error.js';
import { jsonLine, parseObject, storedFace } from '../gallery/gallery-record.js';
import { AppendFile, claim, readLines, replaceFile, SpanReader, type Span } from '../gallery/line-file.js';
import type { InputFace } from './gallery-input.js';

/** What a journal is about. Another migration has another journal. */
export interface JournalHeader {
  readonly from: string;
  readonly to: string;
  /** Of the vectors that come out. */
  readonly embeddingSpace: string;
}

/** What stays of a journal when everything is done. */
interface DoneMark {
  readonly done: { readonly inputSha256: string; readonly outputSha256: string };
}

interface Entry {
  readonly digest: string;
  readonly span: Span;
}

/**
 * What has been migrated so far, in `OUT.journal`: a line that says what is migrated, then a line for each face, written
 * as soon as it is done. OUT itself is written at the end, in the order of the input, all at once.
 */
export class Journal {
  readonly #path: string;
  readonly #file: AppendFile;
  readonly #entries: Map<number, Entry>;
  readonly #header: JournalHeader;
  readonly #release: () => Promise<void>;

  private constructor(
    path: string,
    file: AppendFile,
    entries: Map<number, Entry>,
    header: JournalHeader,
    release: () => Promise<void>,
  ) {
    this.#path = path;
    this.#file = file;
    this.#entries = entries;
    this.#header = header;
    this.#release = release;
  }

  /**
   * Opens the journal of an output file, new or begun. Each line is looked at again: one that is damaged, or whose vector
   * is of another space, is done anew.
   *
   * @throws CliError when the journal is of another migration, the output is there already, or another process has it
   */
  static async open(output: string, header: JournalHeader): Promise<Journal> {
    const release = await claim(output);
    try {
      const path = journalPath(output);
      const { entries, keepBytes, hasHeader, isDone } = await readJournal(path, header);
      if (isDone) {
        throw new CliError(`${output} was complete, and it or the gallery that it was made of was changed since.`, {
          hint: `Choose another --out, or move ${output} and ${path} away.`,
        });
      }
      if (!hasHeader && (await exists(output))) {
        throw new CliError(`${output} is there already, and no journal of this migration is beside it.`, {
          hint: 'Choose another --out, or move that file away.',
        });
      }
      const file = await AppendFile.open(path, keepBytes);
      if (!hasHeader) await file.append(jsonLine({ journal: 1, ...header }));
      return new Journal(path, file, entries, header, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Whether a face has been migrated, from a line with the same text. */
  has({ line, digest }: InputFace): boolean {
    return this.#entries.get(line)?.digest === digest;
  }

  /** Adds a migrated face. */
  async add({ line, digest }: InputFace, record: Readonly<Record<string, unknown>>): Promise<void> {
    this.#entries.set(line, { digest, span: await this.#file.append(jsonLine({ line, digest, record })) });
  }

  /**
   * Writes the output: the records of the given faces that have been migrated, in that order.
   *
   * @param onRecord sees each record that is written
   */
  async write(
    output: string,
    faces: readonly InputFace[],
    onRecord: (line: number, record: Readonly<Record<string, unknown>>) => void,
  ): Promise<void> {
    const reader = await SpanReader.open(this.#path);
    try {
      await replaceFile(output, async (append) => {
        for (const face of faces) {
          const entry = this.#entries.get(face.line);
          if (entry?.digest !== face.digest) continue;
          const record = recordOf(await reader.read(entry.span), this.#header);
          if (record === undefined)
            throw new CliError(`${this.#path} was changed while it was in use; run this again.`);
          await append(jsonLine(record));
          onRecord(face.line, record);
        }
      });
    } finally {
      await reader.close();
    }
  }

  /** Ends the journal: everything is migrated. What stays tells the next run that there is nothing to do. */
  async complete(inputSha256: string, outputSha256: string): Promise<void> {
    await this.#file.close();
    const mark: DoneMark = { done: { inputSha256, outputSha256 } };
    await replaceFile(this.#path, (append) => append(jsonLine({ journal: 1, ...this.#header, ...mark })));
    await this.#release();
  }

  /** Stops; the next run goes on. */
  async leave(): Promise<void> {
    await this.#file.close();
    await this.#release();
  }
}

/** Where the journal of an output file is. */
export function journalPath(output: string): string {
  return `${output}.journal`;
}

/** Whether a migration of this input into this output is complete, and nothing was changed since. */
export async function isComplete(
  output: string,
  { from, to }: Pick<JournalHeader, 'from' | 'to'>,
  inputSha256: string,
  digestOf: (path: string) => Promise<string>,
): Promise<boolean> {
  if (!(await exists(output)) || !(await exists(journalPath(output)))) return false;
  const [first = ''] = (await readFile(journalPath(output), 'utf8').catch(() => '')).split('\n', 1);
  const header = parseObject(first);
  const done = header === undefined ? undefined : doneOf(header);
  if (header?.['from'] !== from || header['to'] !== to || done === undefined) return false;
  return done.inputSha256 === inputSha256 && done.outputSha256 === (await digestOf(output));
}

function doneOf(header: Readonly<Record<string, unknown>>): DoneMark['done'] | undefined {
  const { done } = header;
  if (typeof done !== 'object' || done === null) return undefined;
  if (!('inputSha256' in done) || !('outputSha256' in done)) return undefined;
  return { inputSha256: String(done.inputSha256), outputSha256: String(done.outputSha256) };
}

async function readJournal(
  path: string,
  header: JournalHeader,
): Promise<{ entries: Map<number, Entry>; keepBytes: number; hasHeader: boolean; isDone: boolean }> {
  const entries = new Map<number, Entry>();
  let keepBytes = 0;
  let hasHeader = false;
  let isDone = false;
  if (!(await exists(path))) return { entries, keepBytes, hasHeader, isDone };
  for await (const { text, span, isWhole, number } of readLines(path)) {
    const line = isWhole ? parseObject(text) : undefined;
    if (number === 1) {
      // A journal that was stopped before its first line was whole has nothing in it.
      if (line === undefined) break;
      requireSame(path, header, line);
      hasHeader = true;
      isDone = doneOf(line) !== undefined;
    } else {
      const record = isWhole ? recordOf(text, header) : undefined;
      if (line === undefined || record === undefined) continue;
      const { line: input, digest } = line;
      if (typeof input !== 'number' || typeof digest !== 'string') continue;
      entries.set(input, { digest, span });
    }
    keepBytes = span.offset + span.bytes;
  }
  return { entries, keepBytes, hasHeader, isDone };
}

function requireSame(path: string, header: JournalHeader, line: Readonly<Record<string, unknown>>): void {
  if (line['journal'] !== 1) throw new CliError(`${path} is not a journal of a migration that this version can read.`);
  for (const name of ['from', 'to', 'embeddingSpace'] as const) {
    if (line[name] === header[name]) continue;
    throw new CliError(
      `${path} is of another migration: ${name} is ${String(line[name])} there, and ${header[name]} here.`,
      { hint: 'Choose another --out: a gallery holds vectors of one space.' },
    );
  }
}

/** The record of a line of a journal; undefined when it is damaged, or its vector is of another version or space. */
function recordOf(text: string, { to, embeddingSpace }: JournalHeader): Readonly<Record<string, unknown>> | undefined {
  const record = parseObject(text)?.['record'];
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined;
  const members = { ...record } as Readonly<Record<string, unknown>>;
  const stored = storedFace(members['face']);
  return stored?.modelVersion === to && stored.embeddingSpace === embeddingSpace ? members : undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
