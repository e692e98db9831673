import { parseArgs } from 'node:util';
import { numberFlag, runProgram, UsageError, type MissedGoal } from '../terminal/program.js';
import { Bench } from './bench.js';
import { ALL_CHECKS, API_SERVER_RESTART } from './checks/index.js';
import { runChecks } from './checks/run-checks.js';
import { runSweeps } from './crash-points/run-sweeps.js';
import { OperatorProcess } from './operator/operator-process.js';
import { runScale } from './scale/run-scale.js';
import { writeReport, type Result } from './report.js';

const PARTS = ['checks', 'crash-points', 'scale'] as const;
type Part = (typeof PARTS)[number];

const USAGE = `The operator on a real API server, with a simulated node.

  node packages/e2e/dist/control-plane/main.js PART [--only NAME]... [--at-once N] [--seed N] [--json FILE]

  checks        upgrades, bad models, changes of mind, pods, objects, operators
  crash-points  the operator killed at every write of an upgrade
  scale         100 FaceComparisons and 200 FaceModels

  --only NAME   only these of the checks, or of the upgrades at whose writes the operator is killed
  --at-once N   how many of the checks run side by side
  --seed N      kill the operator at a sample of the writes, drawn by N
  --json FILE   where the figures go`;

await runProgram(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      'at-once': { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const part = PARTS.find((name) => name === positionals[0]);
  if (part === undefined)
    throw new UsageError(`expected one of ${PARTS.join(', ')}, got ${positionals[0] ?? 'nothing'}`);
  const bench = await Bench.open();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      OperatorProcess.killAll();
      void bench.close().finally(() => process.exit(1));
    });
  }
  let results: readonly Result[];
  try {
    results = await run(bench, part, {
      only: values.only,
      atOnce: numberFlag('at-once', values['at-once'], { min: 1, integer: true }),
      seed: numberFlag('seed', values.seed, { min: 0, integer: true }),
    });
  } finally {
    OperatorProcess.killAll();
    await bench.close();
  }
  if (values.json !== undefined) await writeReport(values.json, results);
  const failed = results.filter(({ error }) => error !== undefined);
  console.log(`${results.length - failed.length} of ${results.length} hold`);
  return failed.map(({ name, what, error = '' }): MissedGoal => ({ what: name, wanted: what, got: error }));
});

// What a part that failed has left open, watches and proxies, ends with the process.
process.exit();

interface Options {
  readonly only: readonly string[];
  readonly atOnce: number | undefined;
  readonly seed: number | undefined;
}

async function run(bench: Bench, part: Part, { only, atOnce, seed }: Options): Promise<Result[]> {
  switch (part) {
    case 'checks': {
      const all = [...ALL_CHECKS, API_SERVER_RESTART];
      const stranger = only.find((name) => !all.some((check) => check.name === name));
      if (stranger !== undefined) {
        throw new UsageError(`there is no check "${stranger}"; there are ${all.map(({ name }) => name).join(', ')}`);
      }
      const wanted = (name: string): boolean => only.length === 0 || only.includes(name);
      const results = await runChecks(
        bench,
        ALL_CHECKS.filter(({ name }) => wanted(name)),
        atOnce,
      );
      if (wanted(API_SERVER_RESTART.name)) results.push(...(await runChecks(bench, [API_SERVER_RESTART])));
      return results;
    }
    case 'crash-points':
      return runSweeps(bench, only, seed);
    case 'scale':
      return runScale(bench);
  }
}
