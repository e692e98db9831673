import { posix } from 'node:path';
import { serialize, type Analysis, type Face, type Landmark } from '@face-comparison/client';
import type { Mark } from '../drawing/draw-faces.js';
import { Drawing } from '../drawing/drawing.js';
import { GalleryFile } from '../gallery/gallery-file.js';
import { faceDetails, photoLines, type Wanted } from '../gallery/gallery-record.js';
import { findPhotos } from '../inputs/find-photos.js';
import { readPhoto } from '../inputs/read-photo.js';
import { csvLine } from '../output/csv.js';
import { InOrder } from '../output/in-order.js';
import { table } from '../output/table.js';
import { CliError, UsageError } from '../program/cli-error.js';
import type { Command, CommandContext } from '../program/command.js';
import { EXIT } from '../program/exit-code.js';
import { explain, isAboutThePhoto } from '../program/explain.js';
import { forEach } from '../program/for-each.js';
import { chooseVersion } from '../service/choose-version.js';
import type { AnalyzeCall, ServedVersion } from '../service/face-service.js';
import {
  concurrencyOf,
  CONCURRENCY_OPTION,
  DETAIL_OPTION,
  detailOf,
  openService,
  SERVICE_OPTIONS,
  urlOf,
  VERSION_OPTION,
} from '../service/service-options.js';

export const analyzeCommand: Command = {
  name: 'analyze',
  positionals: 'PHOTO|FOLDER|PATTERN...',
  summary: 'the faces of photos, with their vectors',
  description:
    'Finds the faces of photos. Of folders the .jpg, .jpeg, .png and .bmp files are taken, those in folders below too.\n' +
    'With --jsonl the faces become a gallery: a file that grows as it goes, that the same command continues when it was\n' +
    'stopped, and that "migrate" brings to a new version of the model. Photos that have changed since are done again.',
  options: [
    { name: 'table', help: 'a table (this is what comes unless something else is asked)' },
    { name: 'json', help: 'JSON, a list of photos' },
    { name: 'csv', help: 'CSV (RFC 4180), a line a face' },
    { name: 'jsonl', value: 'FILE', help: 'write a gallery: JSON lines, a line a face' },
    { name: 'restart', help: 'with --jsonl: begin the gallery anew, whatever there is' },
    { name: 'draw', value: 'FILE', help: 'write the photo (one only) with its faces boxed and numbered, as PNG' },
    { name: 'draw-dir', value: 'FOLDER', help: 'the same for many photos, each into this folder' },
    { name: 'landmarks', help: 'five points of each face' },
    { name: 'quality', help: 'sharpness, brightness, pose and size of each face' },
    { name: 'no-vectors', help: 'find faces only, which is faster' },
    { name: 'max-faces', value: 'N', help: 'only the N largest faces, 1 to 100' },
    DETAIL_OPTION,
    VERSION_OPTION,
    CONCURRENCY_OPTION,
    ...SERVICE_OPTIONS,
  ],
  examples: [
    'analyze anna.jpg --quality',
    'analyze photos/ --jsonl gallery.jsonl',
    "analyze 'photos/**/*.jpg' --csv --no-vectors > faces.csv",
    'analyze --local party.jpg --draw party-faces.png',
  ],
  exitCodes: {
    [EXIT.ok]: 'all photos were looked at (one without a face is fine)',
    [EXIT.error]: 'some photos could not be looked at, or none',
  },
  run,
};

/** Where faces go. Photos arrive in any order and leave in that of the arguments. */
interface Sink {
  add(index: number, image: string, analysis: Analysis, sha256: string | undefined): Promise<void>;
  /** The photo could not be looked at. */
  skip(index: number): Promise<void>;
  finish(): Promise<void>;
}

async function run(context: CommandContext): Promise<number> {
  const { args, messages, signal } = context;
  if (args.positionals.length === 0) throw new UsageError('analyze takes photos, folders or patterns, and none came.');
  const galleryPath = args.text('jsonl');
  const format = formatOf(context);
  const wanted: Wanted = {
    // A table has no room for vectors, and without them the answer comes sooner.
    vectors: !args.has('no-vectors') && format !== 'table',
    landmarks: args.has('landmarks'),
    quality: args.has('quality'),
    detail: detailOf(args),
    maxFaces: args.number('max-faces', { min: 1, max: 100, integer: true }),
  };
  const concurrency = concurrencyOf(args);
  const photos = await findPhotos(args.positionals);
  const pathOfDrawing = drawingPaths(context, photos.length);

  const service = await openService(context, { concurrency });
  const drawing = pathOfDrawing === undefined ? undefined : await Drawing.open();
  let gallery: GalleryFile | undefined;
  try {
    const version = chooseVersion(service, await service.versions(signal), args.text('model-version'));
    if (galleryPath !== undefined) gallery = await openGallery(galleryPath, version, context, photos);
    const sink = sinkOf(context, format, wanted);
    const call: AnalyzeCall = {
      modelVersion: version.version,
      vectors: wanted.vectors,
      landmarks: wanted.landmarks,
      quality: wanted.quality,
      detail: wanted.detail,
      ...(wanted.maxFaces !== undefined && { maxFaces: wanted.maxFaces }),
      signal,
    };
    const counts = { faces: 0, done: 0, kept: 0, failed: 0 };
    const progress = messages.progress('analyzing', photos.length);
    try {
      await forEach(photos.entries(), { concurrency, signal }, async ([index, image], stop) => {
        try {
          const { photo, sha256 } = await readPhoto(image);
          if (gallery?.isDone(image, sha256, wanted) === true) {
            counts.kept++;
          } else {
            const analysis = await service.analyze(photo, { ...call, signal: stop });
            await gallery?.add(image, photoLines(image, sha256, analysis, wanted));
            await sink.add(index, image, analysis, sha256);
            await drawing?.draw(photo, analysis.faces.map(toMark), pathOfDrawing?.(image) ?? '');
            counts.done++;
            counts.faces += analysis.faces.length;
          }
        } catch (error) {
          if (!isAboutThePhoto(error)) throw error;
          counts.failed++;
          await sink.skip(index);
          messages.error(`${image}: ${explain(error, urlOf(context)).message}`);
        }
        progress.advance();
      });
    } finally {
      progress.finish();
    }
    await sink.finish();
    if (gallery !== undefined) {
      await gallery.finish(photos);
      gallery = undefined;
      const kept = counts.kept > 0 ? ` ${photosIn(counts.kept)} had been done before.` : '';
      messages.note(`${galleryPath ?? ''}: ${counts.faces} faces in ${photosIn(counts.done)} added.${kept}`);
    }
    if (counts.failed > 0) messages.error(`${photosIn(counts.failed)} of ${photos.length} could not be looked at.`);
    return counts.failed > 0 ? EXIT.error : EXIT.ok;
  } finally {
    if (gallery !== undefined) {
      await gallery.leave();
      messages.error(`What is done is kept in ${galleryPath ?? ''}.partial; the same command goes on from there.`);
    }
    await drawing?.close();
    await service.close();
  }
}

type Format = 'table' | 'json' | 'csv' | 'jsonl';

function formatOf({ args }: CommandContext): Format {
  const chosen = (['table', 'json', 'csv'] as const).filter((name) => args.has(name));
  const formats: Format[] = args.text('jsonl') === undefined ? chosen : [...chosen, 'jsonl'];
  if (formats.length > 1) {
    throw new UsageError(`--${formats.join(' and --')} exclude each other; choose one.`);
  }
  if (args.has('restart') && args.text('jsonl') === undefined) throw new UsageError('--restart goes with --jsonl.');
  return formats[0] ?? 'table';
}

async function openGallery(
  path: string,
  version: ServedVersion,
  { args, messages }: CommandContext,
  photos: readonly string[],
): Promise<GalleryFile> {
  const gallery = await GalleryFile.open(path, args.has('restart'));
  const { model } = gallery;
  if (model !== undefined && model.embeddingSpace !== version.embeddingSpace) {
    await gallery.leave();
    throw new CliError(
      `${path} has vectors of version ${model.modelVersion} (space ${model.embeddingSpace}), and version ${version.version} makes those of ${version.embeddingSpace}; they cannot be compared.`,
      {
        hint: `Use --model-version ${model.modelVersion}, another file, or "face-comparison migrate" to bring the gallery to ${version.version}.`,
      },
    );
  }
  const others = gallery.countOthers(new Set(photos));
  if (others > 0) messages.note(`${path} keeps ${photosIn(others)} that this command does not name.`);
  return gallery;
}

/** Where the drawing of a photo goes; undefined when none is asked for. */
function drawingPaths({ args }: CommandContext, photos: number): ((image: string) => string) | undefined {
  const file = args.text('draw');
  const folder = args.text('draw-dir');
  if (file !== undefined && folder !== undefined) throw new UsageError('--draw and --draw-dir exclude each other.');
  if (file !== undefined && photos > 1) {
    throw new UsageError(`--draw is for one photo, and ${photos} came; use --draw-dir FOLDER.`);
  }
  if (file !== undefined) return () => file;
  if (folder === undefined) return undefined;
  // The whole path, without what would lead out of the folder; the old ending stays, since a.jpg may lie beside a.png.
  return (image) => posix.join(folder, `${posix.join('/', image.replace(/^[A-Za-z]:/, ''))}.png`);
}

function toMark({ boundingBox }: Face, index: number): Mark {
  return { boundingBox, label: String(index + 1), isMatch: true };
}

function sinkOf({ out }: CommandContext, format: Format, wanted: Wanted): Sink {
  switch (format) {
    case 'jsonl': {
      const nothing = (): Promise<void> => Promise.resolve();
      return { add: nothing, skip: nothing, finish: nothing };
    }
    case 'table': {
      const rows: (readonly (readonly string[])[])[] = [];
      return {
        add: (index, image, { faces }) => {
          rows[index] = tableRows(image, faces, wanted.quality);
          return Promise.resolve();
        },
        skip: () => Promise.resolve(),
        finish: async () => {
          if (rows.length > 0) await out.line(table(tableColumns(wanted.quality), rows.flat()));
        },
      };
    }
    case 'csv': {
      const order = new InOrder((text) => out.write(text));
      const header = out.write(csvLine(csvHeader(wanted)));
      return {
        add: async (index, image, { faces }) => {
          await header;
          await order.put(index, faces.map((face, at) => csvLine(csvCells(image, at, face, wanted))).join(''));
        },
        skip: (index) => order.put(index, ''),
        finish: () => header,
      };
    }
    case 'json': {
      let isFirst = true;
      const order = new InOrder(async (text) => {
        if (text === '') return;
        await out.write(`${isFirst ? '[' : ','}\n${text}`);
        isFirst = false;
      });
      return {
        add: (index, image, { faces, modelVersion, embeddingSpace }, sha256) => {
          const photo = { image, sha256, modelVersion, embeddingSpace, faces: faces.map(jsonFace) };
          return order.put(index, JSON.stringify(photo, null, 2).replace(/^/gm, '  '));
        },
        skip: (index) => order.put(index, ''),
        finish: () => out.write(isFirst ? '[]\n' : '\n]\n'),
      };
    }
  }
}

/** A face of the JSON output; version and space stand with the photo. */
function jsonFace(face: Face): object {
  return { ...faceDetails(face), ...(face.vector && { face: serialize(face) }) };
}

function tableColumns(quality: boolean): { title: string; isFigure?: boolean }[] {
  const figures = ['face', 'left', 'top', 'width', 'height', 'confidence'];
  const qualities = ['sharpness', 'brightness', 'roll', 'yaw', 'pitch', 'pixels'];
  return [
    { title: 'photo' },
    ...[...figures, ...(quality ? qualities : [])].map((title) => ({ title, isFigure: true })),
  ];
}

function tableRows(image: string, faces: readonly Face[], quality: boolean): string[][] {
  if (faces.length === 0) return [[image, '-']];
  return faces.map((face, index) => {
    const { left, top, width, height } = face.boundingBox;
    return [
      image,
      String(index + 1),
      ...[left, top, width, height].map((value) => value.toFixed(3)),
      face.confidence.toFixed(3),
      ...(quality ? qualityCells(face).map(tableFigure) : []),
    ];
  });
}

/** One decimal, but for pixels, which are whole. */
function tableFigure(value: number | string, index: number): string {
  return typeof value === 'number' && index < 5 ? value.toFixed(1) : String(value);
}

const LANDMARKS = [
  'eyeLeft',
  'eyeRight',
  'nose',
  'mouthLeft',
  'mouthRight',
] as const satisfies readonly Landmark['type'][];

function csvHeader({ quality, landmarks, vectors }: Wanted): string[] {
  return [
    ...['image', 'face', 'left', 'top', 'width', 'height', 'confidence', 'modelVersion', 'embeddingSpace'],
    ...(quality ? ['sharpness', 'brightness', 'roll', 'yaw', 'pitch', 'faceSize'] : []),
    ...(landmarks ? LANDMARKS.flatMap((name) => [`${name}X`, `${name}Y`]) : []),
    ...(vectors ? ['vector'] : []),
  ];
}

function csvCells(
  image: string,
  index: number,
  face: Face,
  { quality, landmarks, vectors }: Wanted,
): (string | number | undefined)[] {
  const { left, top, width, height } = face.boundingBox;
  const pointOf = (name: string): (number | undefined)[] => {
    const point = face.landmarks?.find(({ type }) => type === name);
    return [point?.x, point?.y];
  };
  return [
    ...[image, index + 1, left, top, width, height, face.confidence, face.modelVersion, face.embeddingSpace],
    ...(quality ? qualityCells(face) : []),
    ...(landmarks ? LANDMARKS.flatMap(pointOf) : []),
    ...(vectors ? [serialize(face)] : []),
  ];
}

function qualityCells({ quality }: Face): (number | string)[] {
  if (quality === undefined) return ['', '', '', '', '', ''];
  const { sharpness, brightness, pose, faceSize } = quality;
  return [sharpness, brightness, pose.roll, pose.yaw, pose.pitch, faceSize];
}

function photosIn(count: number): string {
  return `${count} ${count === 1 ? 'photo' : 'photos'}`;
}
