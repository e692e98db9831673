import { parseArgs } from 'node:util';
import { runProgram, UsageError } from '../../terminal/program.js';
import { readControlPlane, readRuns } from './read-results.js';
import { writeRolloutsReport } from './rollouts-report.js';

const USAGE = `Makes the page about rollouts, with its timelines, of what was measured. Runs nothing.

  node packages/e2e/dist/rollouts/report/main.js [--runs FILE]... [--control-plane FILE]... [--out DIR]

  --runs FILE           written by packages/e2e/dist/rollouts/main.js --json FILE. The page names the machine that
                        makes it: make it where they were measured
  --control-plane FILE  written by packages/e2e/dist/control-plane/main.js PART --json FILE
  --out DIR             where rollouts.md and its figures go (default docs/benchmarks)`;

await runProgram(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', multiple: true, default: [] },
      'control-plane': { type: 'string', multiple: true, default: [] },
      out: { type: 'string', default: 'docs/benchmarks' },
    },
  });
  const { runs: runFiles, 'control-plane': reportFiles, out } = values;
  if (runFiles.length + reportFiles.length === 0) throw new UsageError('--runs or --control-plane is missing');
  const runs = (await Promise.all(runFiles.map(readRuns))).flat();
  const reports = await Promise.all(reportFiles.map(readControlPlane));
  await writeRolloutsReport(runs, reports.length === 0 ? undefined : reports, out);
  return [];
});
