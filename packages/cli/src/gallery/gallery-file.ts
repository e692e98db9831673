import { access, rm } from 'node:fs/promises';
import { CliError } from '../program/cli-error.js';
import { parsePhotoLine, type PhotoLine, type Wanted } from './gallery-record.js';
import { AppendFile, claim, readLines, replaceFile, SpanReader, type Span } from './line-file.js';

/** Where the lines of a photo are. */
interface Entry {
  readonly from: 'finished' | 'partial';
  readonly span: Span;
  readonly first: PhotoLine;
}

/**
 * A gallery that is being written. What is done goes to `FILE.partial` at once, photo by photo, in the order in which
 * they get done; at the end FILE is written from it in the order of the photos, all at once. So FILE is always whole,
 * the same photos always make the same FILE, and a run that was stopped goes on where it was.
 */
export class GalleryFile {
  readonly #path: string;
  readonly #entries: Map<string, Entry>;
  readonly #partial: AppendFile;
  readonly #release: () => Promise<void>;
  #hasNews: boolean;

  private constructor(
    path: string,
    entries: Map<string, Entry>,
    partial: AppendFile,
    hasNews: boolean,
    release: () => Promise<void>,
  ) {
    this.#path = path;
    this.#entries = entries;
    this.#partial = partial;
    this.#hasNews = hasNews;
    this.#release = release;
  }

  /**
   * Opens a gallery, new or begun. Lines that cannot be read and photos that lack some of their lines are left out.
   *
   * @param startsAnew forgets what there is
   * @throws CliError when another process writes it, or it cannot be written
   */
  static async open(path: string, startsAnew: boolean): Promise<GalleryFile> {
    const release = await claim(path);
    try {
      const partialPath = `${path}.partial`;
      if (startsAnew) await rm(partialPath, { force: true });
      const entries = new Map<string, Entry>();
      if (!startsAnew) await collect(path, 'finished', entries);
      const { keepBytes, photos } = await collect(partialPath, 'partial', entries);
      const partial = await AppendFile.open(partialPath, keepBytes);
      return new GalleryFile(path, entries, partial, photos > 0 || startsAnew, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** The version whose vectors it has; undefined while it is empty. */
  get model(): { readonly modelVersion: string; readonly embeddingSpace: string } | undefined {
    const [entry] = this.#entries.values();
    return entry?.first;
  }

  /** How many photos it has that are none of these. */
  countOthers(photos: ReadonlySet<string>): number {
    return [...this.#entries.keys()].filter((image) => !photos.has(image)).length;
  }

  has(image: string): boolean {
    return this.#entries.has(image);
  }

  /** Whether a photo with these bytes is in it, with all that is asked. */
  isDone(image: string, sha256: string | undefined, wanted: Wanted): boolean {
    const entry = this.#entries.get(image);
    return entry !== undefined && entry.first.sha256 === sha256 && entry.first.satisfies(wanted);
  }

  /** Adds a photo, or replaces what was there of it. */
  async add(image: string, lines: string): Promise<void> {
    const span = await this.#partial.append(lines);
    const first = parsePhotoLine(lines.slice(0, lines.indexOf('\n')));
    if (first === undefined) throw new Error('the lines of a photo cannot be read back');
    this.#entries.set(image, { from: 'partial', span, first });
    this.#hasNews = true;
  }

  /**
   * Writes the gallery: photos that are none of `order` first, as they stood, then those of `order`.
   */
  async finish(order: readonly string[]): Promise<void> {
    await this.#partial.close();
    if (this.#hasNews) {
      const mine = new Set(order);
      const images = [...[...this.#entries.keys()].filter((image) => !mine.has(image)), ...order];
      const readers = new Map<Entry['from'], SpanReader>();
      try {
        await replaceFile(this.#path, async (append) => {
          for (const image of images) {
            const entry = this.#entries.get(image);
            if (entry === undefined) continue;
            const reader = readers.get(entry.from) ?? (await SpanReader.open(this.#pathOf(entry.from)));
            readers.set(entry.from, reader);
            await append(await reader.read(entry.span));
          }
        });
      } finally {
        for (const reader of readers.values()) await reader.close();
      }
    }
    await rm(this.#pathOf('partial'), { force: true });
    await this.#release();
  }

  /** Stops without writing the gallery; the next run goes on. */
  async leave(): Promise<void> {
    await this.#partial.close();
    await this.#release();
  }

  #pathOf(from: Entry['from']): string {
    return from === 'finished' ? this.#path : `${this.#path}.partial`;
  }
}

/**
 * Reads which photos a file has, whole ones only.
 * @throws CliError when the file is no gallery, or mixes models
 */
async function collect(
  path: string,
  from: Entry['from'],
  entries: Map<string, Entry>,
): Promise<{ readonly keepBytes: number; readonly photos: number }> {
  let keepBytes = 0;
  let photos = 0;
  let group: { first: PhotoLine; offset: number; bytes: number; lines: number } | undefined;
  if (!(await exists(path))) return { keepBytes, photos };
  for await (const { text, span, isWhole, number } of readLines(path)) {
    const line = isWhole ? parsePhotoLine(text) : undefined;
    if (line === undefined) {
      if (from === 'finished' && text !== '') {
        throw new CliError(`${path} is not a gallery that this command wrote: line ${number} is something else.`, {
          hint: 'Choose another file, or begin it anew with --restart.',
        });
      }
      group = undefined;
      continue;
    }
    const [known] = entries.values();
    if (known !== undefined && known.first.embeddingSpace !== line.embeddingSpace) {
      throw new CliError(
        `${path} mixes vectors of two spaces, ${known.first.embeddingSpace} and ${line.embeddingSpace} (line ${number}).`,
        { hint: 'Begin it anew with --restart.' },
      );
    }
    if (group?.first.image === line.image && group.first.sha256 === line.sha256 && group.lines < group.first.faces) {
      group.lines++;
      group.bytes += span.bytes;
    } else {
      group = { first: line, offset: span.offset, bytes: span.bytes, lines: 1 };
    }
    if (group.lines >= group.first.faces) {
      entries.set(line.image, { from, span: { offset: group.offset, bytes: group.bytes }, first: group.first });
      photos++;
      // What follows the last whole photo is what a run that was stopped did not finish.
      keepBytes = span.offset + span.bytes;
    }
  }
  return { keepBytes, photos };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
