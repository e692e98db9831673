import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runProgram, UsageError } from '../../terminal/program.js';
import { writeReportFile } from '../../terminal/report-file.js';
import { deployPage } from './deploy-page.js';
import { parseEngineResults, type EngineResults } from './engine-results.js';

const USAGE = `Makes the page about deploying, with its plots, of what the Pulumi scenarios found. Runs nothing.

  node packages/e2e/dist/deploy/report/main.js --engine FILE [--engine FILE]... [--out DIR]

  --engine FILE  written by infra/testing/pulumi-harness/dist/main.js --json FILE. The page names the machine that makes it
  --out DIR      where deploy.md and its figures go (default docs/benchmarks)`;

await runProgram(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', multiple: true, default: [] },
      out: { type: 'string', default: 'docs/benchmarks' },
    },
  });
  if (values.engine.length === 0) throw new UsageError('--engine is missing');
  const parts = await Promise.all(values.engine.map(async (file) => parseEngineResults(await readFile(file, 'utf8'))));
  const results: EngineResults = {
    timelines: parts.flatMap(({ timelines }) => timelines),
    scenarios: parts.flatMap(({ scenarios }) => scenarios),
  };
  await writeReportFile(values.out, deployPage(results));
  return [];
});
