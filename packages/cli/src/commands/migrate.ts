import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { resolve } from 'node:path';
import { replaceFile, SpanReader } from '../gallery/line-file.js';
import { indexGallery, type GalleryInput, type InputFace, type Left } from '../migration/gallery-input.js';
import { isComplete, Journal } from '../migration/journal.js';
import { MATCHED_BY, type MatchedBy } from '../migration/match-face.js';
import { isGuess, migratePhoto, parseRecord, type Migration } from '../migration/migrate-photo.js';
import { CliError, UsageError } from '../program/cli-error.js';
import type { Command, CommandContext } from '../program/command.js';
import { EXIT } from '../program/exit-code.js';
import { forEach } from '../program/for-each.js';
import { chooseVersion } from '../service/choose-version.js';
import {
  CONCURRENCY_OPTION,
  concurrencyOf,
  DETAIL_OPTION,
  detailOf,
  openService,
  SERVICE_OPTIONS,
  urlOf,
} from '../service/service-options.js';

export const migrateCommand: Command = {
  name: 'migrate',
  positionals: '',
  summary: 'bring a gallery of vectors to another version of the model',
  description:
    'Vectors of two versions of a model cannot be compared. This makes the vectors of a gallery anew with another\n' +
    'version, from the photos. Which face of a photo is the stored one is found by its vector, when the old version is\n' +
    'served too (or given with --model); else by its box; else the only or largest face is taken, and flagged.\n' +
    'What is done is kept in OUT.journal, and the same command goes on after whatever stopped it. OUT is written at the\n' +
    'end, whole, with vectors of one space only; OUT.report.json says what could not be migrated, and why.',
  options: [
    { name: 'from', value: 'VERSION', help: 'the version that made the gallery' },
    { name: 'to', value: 'VERSION', help: 'the version to bring it to' },
    { name: 'in', value: 'FILE', help: 'the gallery, as "analyze --jsonl" writes it' },
    { name: 'out', value: 'FILE', help: 'the new gallery' },
    { name: 'images', value: 'FOLDER', help: 'what paths of photos are relative to (the current folder)' },
    { name: 'report', value: 'FILE', help: 'what could not be migrated (OUT.report.json)' },
    { name: 'rate', value: 'N', help: 'photos sent a second at most, those sent to the old version included' },
    { name: 'no-guess', help: 'leave a face rather than take the only or largest one for it' },
    { name: 'json', help: 'the summary as JSON' },
    DETAIL_OPTION,
    CONCURRENCY_OPTION,
    ...SERVICE_OPTIONS,
  ],
  examples: [
    'migrate --from 2.0.0 --to 2.1.0 --in gallery.jsonl --out gallery-2.1.0.jsonl',
    'migrate --from 2.0.0 --to 2.1.0 --in gallery.jsonl --out new.jsonl --images photos --rate 5',
  ],
  exitCodes: {
    [EXIT.ok]: 'every face was migrated',
    [EXIT.no]: 'some could not be; OUT has the others, the report says which and why',
    [EXIT.error]: 'it could not be done, or was stopped by an error; the same command goes on',
  },
  run,
};

interface Counts {
  migrated: number;
  /** Of those, the ones that an earlier run had migrated. */
  before: number;
  /** Faces that were of the new version already. */
  current: number;
  withoutFace: number;
  readonly by: Record<MatchedBy, number>;
}

/** A face that may be another one. */
interface Flagged {
  readonly line: number;
  readonly id: unknown;
  readonly image: unknown;
  readonly matchedBy: MatchedBy;
}

async function run(context: CommandContext): Promise<number> {
  const { args, messages, signal } = context;
  if (args.positionals.length > 0) {
    throw new UsageError(`migrate takes options only, and "${args.positionals[0] ?? ''}" came.`);
  }
  const fromVersion = args.required('from');
  const toVersion = args.required('to');
  const input = args.required('in');
  const output = args.required('out');
  if (fromVersion === toVersion) throw new UsageError(`--from and --to are both ${toVersion}: there is nothing to do.`);
  if (resolve(input) === resolve(output))
    throw new UsageError('--in and --out are the same file; choose another --out.');
  const images = args.text('images') ?? '.';
  await requireFolder(images);
  const concurrency = concurrencyOf(args);
  const perSecond = args.number('rate', { min: 0.001, max: 1e6 });

  const service = await openService(context, { concurrency, perSecond });
  let journal: Journal | undefined;
  try {
    const versions = await service.versions(signal);
    const to = chooseVersion(service, versions, toVersion, '--to');
    const from = versions.find(({ version }) => version === fromVersion);
    if (from === undefined) {
      messages.note(
        `${service.name} does not have version ${fromVersion}: faces are found again by their boxes, not by their vectors.`,
      );
    } else if (to.comparableWith.includes(from.embeddingSpace)) {
      messages.note(
        `Vectors of ${fromVersion} and ${toVersion} can be compared: this migration is possible, not needed.`,
      );
    }
    const gallery = await indexGallery(input, fromVersion, to);
    if (await isComplete(output, { from: fromVersion, to: toVersion }, gallery.sha256, digestOfFile)) {
      messages.note(`${output} is complete already, and neither it nor ${input} was changed since.`);
      return EXIT.ok;
    }
    journal = await Journal.open(output, { from: fromVersion, to: toVersion, embeddingSpace: to.embeddingSpace });
    const migration: Migration = {
      service,
      to,
      from,
      fromVersion,
      images,
      detail: detailOf(args),
      leavesGuesses: args.has('no-guess'),
      url: urlOf(context),
    };
    const { left, before } = await migrateAll(context, input, gallery, journal, migration, concurrency);

    const faces = [...gallery.current, ...[...gallery.photos.values()].flat()].sort((a, b) => a.line - b.line);
    const counts: Counts = {
      migrated: 0,
      before,
      current: gallery.current.length,
      withoutFace: gallery.withoutFace,
      by: { vector: 0, box: 0, 'only-face': 0, 'largest-face': 0 },
    };
    const currentLines = new Set(gallery.current.map(({ line }) => line));
    const flagged: Flagged[] = [];
    await journal.write(output, faces, (line, record) => {
      if (currentLines.has(line)) return;
      counts.migrated++;
      const matchedBy = MATCHED_BY.find((way) => way === record['matchedBy']);
      if (matchedBy === undefined) return;
      counts.by[matchedBy]++;
      if (isGuess(matchedBy)) flagged.push({ line, id: record['id'], image: record['image'], matchedBy });
    });
    left.sort((a, b) => a.line - b.line);
    const report = args.text('report') ?? `${output}.report.json`;
    await replaceFile(report, (append) =>
      append(`${JSON.stringify({ from: fromVersion, to: toVersion, ...counts, left, flagged }, null, 2)}\n`),
    );
    if (left.length === 0) await journal.complete(gallery.sha256, await digestOfFile(output));
    else await journal.leave();
    journal = undefined;
    await summarize(context, counts, left, flagged, { output, report });
    return left.length > 0 ? EXIT.no : EXIT.ok;
  } finally {
    if (journal !== undefined) {
      await journal.leave();
      messages.error(`What is done is kept in ${output}.journal; the same command goes on from there.`);
    }
    await service.close();
  }
}

/** Migrates what the journal does not have yet. */
async function migrateAll(
  { messages, signal }: CommandContext,
  path: string,
  gallery: GalleryInput,
  journal: Journal,
  migration: Migration,
  concurrency: number,
): Promise<{ left: Left[]; before: number }> {
  const left = [...gallery.left];
  const all = [...gallery.photos].reduce((sum, [, faces]) => sum + faces.length, 0);
  const todo = [...gallery.photos]
    .map(([image, faces]): [string, InputFace[]] => [image, faces.filter((face) => !journal.has(face))])
    .filter(([, faces]) => faces.length > 0);
  const before = all - todo.reduce((sum, [, faces]) => sum + faces.length, 0);
  if (before > 0) messages.note(`${before} of ${all} faces were migrated before; going on.`);
  const source = await SpanReader.open(path);
  const read = async (input: InputFace): Promise<ReturnType<typeof parseRecord>> =>
    parseRecord(await source.read(input.span));
  const progress = messages.progress('migrating', all, before);
  try {
    for (const face of gallery.current) if (!journal.has(face)) await journal.add(face, await read(face));
    await forEach(todo, { concurrency, signal }, async ([image, inputs], stop) => {
      const faces = await Promise.all(inputs.map(async (input) => ({ input, record: await read(input) })));
      for (const outcome of await migratePhoto(image, faces, migration, stop)) {
        if ('record' in outcome) await journal.add(outcome.input, outcome.record);
        else left.push(outcome.left);
        progress.advance();
      }
    });
  } finally {
    progress.finish();
    await source.close();
  }
  return { left, before };
}

async function summarize(
  { args, out }: CommandContext,
  counts: Counts,
  left: readonly Left[],
  flagged: readonly Flagged[],
  { output, report }: { readonly output: string; readonly report: string },
): Promise<void> {
  const reasons: Record<string, number> = {};
  for (const { reason } of left) reasons[reason] = (reasons[reason] ?? 0) + 1;
  if (args.has('json')) {
    await out.json({ ...counts, left: reasons, flagged: flagged.length, output, report });
    return;
  }
  const ways = MATCHED_BY.filter((way) => counts.by[way] > 0).map((way) => `${counts.by[way]} by ${way}`);
  const lines = [
    `${output}: ${counts.migrated} faces migrated${ways.length > 0 ? ` (${ways.join(', ')})` : ''}.`,
    ...(counts.current > 0 ? [`${counts.current} were of the new version already.`] : []),
    ...(counts.withoutFace > 0 ? [`${counts.withoutFace} lines of photos without a face were left out.`] : []),
    ...(flagged.length > 0 ? [`${flagged.length} are guesses: look at them ("flagged" in ${report}).`] : []),
    ...(left.length > 0
      ? [
          `${left.length} could not be migrated: ${Object.entries(reasons)
            .map(([reason, count]) => `${count} ${reason}`)
            .join(', ')}. ${report} says which and why; the same command tries them again.`,
        ]
      : []),
  ];
  await out.line(lines.join('\n'));
}

async function requireFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw new CliError(`There is no folder ${path}.`, { hint: 'Name the folder of the photos with --images.' });
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
