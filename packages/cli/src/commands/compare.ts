import type { Calibration, Match } from '@face-comparison/client';
import { Drawing } from '../drawing/drawing.js';
import { readPhoto } from '../inputs/read-photo.js';
import { CliError, UsageError } from '../program/cli-error.js';
import type { Command, CommandContext } from '../program/command.js';
import { EXIT } from '../program/exit-code.js';
import { chooseVersion } from '../service/choose-version.js';
import { openService, SERVICE_OPTIONS, VERSION_OPTION } from '../service/service-options.js';
import { meaningOf } from './meaning.js';

export const compareCommand: Command = {
  name: 'compare',
  positionals: 'A B',
  summary: 'are two photos of the same person?',
  description:
    'Compares the largest face of photo A with every face of photo B. A and B are files or URLs. At or above the\n' +
    'threshold it is the same person; what a similarity means depends on the model, and is said.',
  options: [
    { name: 'threshold', value: 'N', help: "similarity from which it is the same person, 0 to 100 (the model's own)" },
    { name: 'json', help: 'the answer as JSON' },
    { name: 'draw', value: 'FILE', help: 'write B as a PNG file with the similarity at each face' },
    VERSION_OPTION,
    ...SERVICE_OPTIONS,
  ],
  examples: [
    'compare anna.jpg party.jpg',
    'compare --local --threshold 95 a.jpg b.jpg && echo the same',
    'compare --json anna.jpg https://example.com/party.jpg',
  ],
  exitCodes: { [EXIT.ok]: 'the same person', [EXIT.no]: 'not the same person', [EXIT.error]: 'it could not be told' },
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { args, out, signal } = context;
  const [a, b, ...more] = args.positionals;
  if (a === undefined || b === undefined || more.length > 0) {
    throw new UsageError(`compare takes two photos, and ${args.positionals.length} came.`);
  }
  const wantedThreshold = args.number('threshold', { min: 0, max: 100 });
  const drawing = args.text('draw');
  const [source, target] = [await readPhoto(a), await readPhoto(b)];
  const service = await openService(context, { concurrency: 1 });
  try {
    const version = chooseVersion(service, await service.versions(signal), args.text('model-version'));
    const threshold = wantedThreshold ?? version.defaultThreshold;
    const { matches, sourceFace, modelVersion, embeddingSpace } = await service
      .compare(source.photo, target.photo, { modelVersion: version.version, signal })
      .catch((error: unknown) => {
        throw namingPhoto(error, a, b);
      });
    const [best] = matches;
    if (best === undefined) throw new CliError(`No face was found in ${b}, so there is nothing to compare.`);
    const isSame = best.similarity >= threshold;
    if (drawing !== undefined) {
      const artist = await Drawing.open();
      try {
        await artist.draw(target.photo, marksOf(matches, threshold), drawing);
      } finally {
        await artist.close();
      }
    }
    if (args.has('json')) {
      const meaning = meaningOf(best.similarity, version.calibration);
      await out.json({
        same: isSame,
        similarity: best.similarity,
        threshold,
        meaning,
        source: { image: a, boundingBox: sourceFace?.boundingBox },
        target: { image: b, faces: matches.map(({ similarity, face }) => ({ similarity, ...boxOf(face) })) },
        modelVersion,
        embeddingSpace,
      });
    } else {
      await out.write(sentences(isSame, matches, threshold, version.calibration));
    }
    return isSame ? EXIT.ok : EXIT.no;
  } finally {
    await service.close();
  }
}

function sentences(isSame: boolean, matches: readonly Match[], threshold: number, calibration: Calibration): string {
  const [best] = matches;
  const alike = matches.filter(({ similarity }) => similarity >= threshold).length;
  return [
    `${isSame ? 'The same person' : 'Not the same person'}: similarity ${shown(best?.similarity ?? 0)} of 100, threshold ${threshold}.`,
    meaningOf(best?.similarity ?? 0, calibration),
    ...(matches.length > 1
      ? [
          `The second photo has ${matches.length} faces; ${alike === 0 ? 'none' : alike} of them ${alike === 1 ? 'reaches' : 'reach'} the threshold. This is the most similar.`,
        ]
      : []),
    '',
  ].join('\n');
}

/** With two decimals; rounded down, so that what misses a threshold is not shown as reaching it. */
function shown(similarity: number): number {
  return Math.floor(similarity * 100) / 100;
}

function boxOf(face: Match['face']): object {
  return face === undefined ? {} : { boundingBox: face.boundingBox, confidence: face.confidence };
}

function marksOf(
  matches: readonly Match[],
  threshold: number,
): { boundingBox: NonNullable<Match['face']>['boundingBox']; label: string; isMatch: boolean }[] {
  return matches.flatMap(({ similarity, face }) =>
    face === undefined
      ? []
      : [
          {
            boundingBox: face.boundingBox,
            label: (Math.floor(similarity * 10) / 10).toFixed(1),
            isMatch: similarity >= threshold,
          },
        ],
  );
}

/** The service speaks of source and target; who typed two paths wants to read those. */
function namingPhoto(error: unknown, a: string, b: string): unknown {
  if (!(error instanceof Error)) return error;
  const text = 'detail' in error && typeof error.detail === 'string' ? error.detail : error.message;
  const [, side] = /^(source|target): /i.exec(text) ?? [];
  if (side === undefined) return error;
  const path = side.toLowerCase() === 'source' ? a : b;
  return new CliError(`${path}: ${text.slice(side.length + 2).replace(/\.?$/, '.')}`, { cause: error });
}
