import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { FaceClient } from '../service/face-client.js';
import { openTarget, TARGET_FLAGS, TARGET_USAGE } from '../service/target.js';
import { numberFlag, requiredFlag, runProgram, UsageError, type MissedGoal } from '../terminal/program.js';
import { writeReportFile } from '../terminal/report-file.js';
import { markdownTable } from '../terminal/table.js';
import { parseDlibXml } from './dlib-xml.js';
import { matchBoxes, type MatchResult } from './match-boxes.js';

const USAGE = `Measures which annotated faces a running service finds, on pictures annotated in dlib's format.

  npm run detection -- --images DIR --boxes FILE.xml [--boxes FILE.xml ...] [options]

  --images DIR         what the annotation's file names are relative to
  --boxes FILE.xml     annotation as dlib's imglab writes it; may be given more than once
${TARGET_USAGE}
  --detail LEVEL       passed on to the service, e.g. high
  --report DIR         where detection.md goes (nowhere unless given)
  --json FILE          every figure, for programs
  --min-recall X       exit 1 below this share of annotated faces found, 0..1
  --max-false N        exit 1 above this number of detections on no annotated face`;

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({
    options: {
      ...TARGET_FLAGS,
      images: { type: 'string' },
      boxes: { type: 'string', multiple: true },
      detail: { type: 'string' },
      report: { type: 'string' },
      json: { type: 'string' },
      'min-recall': { type: 'string' },
      'max-false': { type: 'string' },
    },
  });
  const imagesDir = requiredFlag('images', flags.images);
  if (flags.boxes === undefined) throw new UsageError('--boxes is missing');
  const minRecall = numberFlag('min-recall', flags['min-recall'], { min: 0, max: 1 });
  const maxFalse = numberFlag('max-false', flags['max-false'], { min: 0, integer: true });
  const query = { face_hash: 'false', ...(flags.detail === undefined ? {} : { detail: flags.detail }) };

  const target = await openTarget(flags);
  try {
    const client = new FaceClient({ baseUrl: target.baseUrl });
    const results: (MatchResult & { picture: string })[] = [];
    for (const boxesFile of flags.boxes) {
      for (const picture of parseDlibXml(await readFile(boxesFile, 'utf8'))) {
        const bytes = await readFile(join(imagesDir, picture.file));
        const { autoOrient: size } = await sharp(bytes).metadata();
        const { faces } = await client.faces(bytes, query);
        const detected = faces.map(({ BoundingBox: box }) => ({
          left: box.Left * size.width,
          top: box.Top * size.height,
          width: box.Width * size.width,
          height: box.Height * size.height,
        }));
        results.push({ picture: picture.file, ...matchBoxes(picture.boxes, detected) });
      }
    }
    const annotated = results.reduce((sum, result) => sum + result.annotated, 0);
    const found = results.reduce((sum, result) => sum + result.found, 0);
    const falsePositives = results.reduce((sum, result) => sum + result.falsePositives.length, 0);
    const table = markdownTable(
      ['picture', 'annotated', 'found', 'false'],
      [...results, { picture: 'all', annotated, found, falsePositives: { length: falsePositives } }].map((result) => [
        result.picture,
        String(result.annotated),
        String(result.found),
        String(result.falsePositives.length),
      ]),
    );
    const recall = found / annotated;
    const text = `${table}\n\nrecall ${recall.toFixed(4)}: ${found} of ${annotated} faces, ${falsePositives} false`;
    console.log(text);
    if (flags.report !== undefined) {
      const report = { name: 'detection', title: 'Detection', command: 'npm run detection', text, figures: {} };
      await writeReportFile(flags.report, report);
    }
    if (flags.json !== undefined) {
      await writeFile(
        flags.json,
        `${JSON.stringify({ annotated, found, recall, falsePositives, results }, null, 2)}\n`,
      );
    }
    const missed: MissedGoal[] = [];
    if (minRecall !== undefined && !(recall >= minRecall)) {
      missed.push({ what: 'recall', wanted: `>= ${minRecall}`, got: recall.toFixed(4) });
    }
    if (maxFalse !== undefined && falsePositives > maxFalse) {
      missed.push({ what: 'false positives', wanted: `<= ${maxFalse}`, got: String(falsePositives) });
    }
    return missed;
  } finally {
    await target.close();
  }
}

await runProgram(USAGE, main);
