import { parseArgs } from 'node:util';
import { closeCluster, imagesCheck } from '../cluster/index.js';
import { seedOf } from '../statistics/sample.js';
import { numberFlag, UsageError } from '../terminal/program.js';
import { browser } from './browser.js';
import { chart } from './chart.js';
import { controlPlane } from './control-plane.js';
import { deploy } from './deploy.js';
import { measurements } from './measurements.js';
import { closeRollouts, rollouts } from './rollouts.js';
import { SkippedError, type Extent, type Scenario } from './scenario.js';
import { sdk } from './sdk.js';
import { startLine } from './start-line.js';

const SCENARIOS: readonly Scenario[] = [
  startLine,
  sdk,
  browser,
  ...chart,
  // Before there is a cluster on this machine, which takes a share of it.
  ...measurements,
  ...controlPlane,
  imagesCheck,
  ...deploy,
  ...rollouts,
];

const GROUPS = new Set(SCENARIOS.flatMap(({ group }) => group ?? []));

const SLOWEST = 5;

const USAGE = `Checks the whole service from outside. Ends with the line "N passed, N failed, N skipped".

  npm run e2e [-- [--long] [--seed N] [NAME ...]]

  --long                 try every point of a sweep (each write, each operation) instead of a sample
  --seed N               draw this sample again (default: the date, so that samples differ from day to day)

${SCENARIOS.map(({ name, what }) => `  ${name.padEnd(22)} ${what}`).join('\n')}

Several at once: ${[...GROUPS].join(', ')}.`;

interface Result {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
}

async function main(): Promise<number> {
  const { values: flags, positionals: names } = parseArgs({
    allowPositionals: true,
    options: {
      long: { type: 'boolean', default: false },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const unknown = names.find((name) => !GROUPS.has(name) && !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no scenario "${unknown}"`);
  if (flags.long && flags.seed !== undefined)
    throw new UsageError('--seed draws a sample, and --long takes everything');
  const seed = flags.long
    ? undefined
    : (numberFlag('seed', flags.seed, { min: 0, integer: true }) ?? seedOf(new Date()));
  if (seed !== undefined)
    console.log(`seed ${seed}; --seed ${seed} repeats the samples of sweeps, --long tries every point`);

  const isSelected = ({ name, group = name }: Scenario): boolean =>
    names.length === 0 || names.includes(name) || names.includes(group);
  const results: Result[] = [];
  try {
    for (const scenario of SCENARIOS.filter(isSelected)) results.push(await resultOf(scenario, { seed }));
  } finally {
    await closeRollouts().finally(closeCluster);
  }
  const slowest = results.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  console.log('\nSlowest scenarios:');
  for (const { name, seconds } of slowest) console.log(`  ${seconds.toFixed(1).padStart(7)} s  ${name}`);
  const namesOf = (outcome: Result['outcome']): string[] =>
    results.filter((result) => result.outcome === outcome).map(({ name }) => name);
  const failed = namesOf('failed');
  if (failed.length > 0) {
    console.log(`\nfailed: ${failed.join(', ')}`);
    console.log(`again:  npm run e2e -- ${seed === undefined ? '--long' : `--seed ${seed}`} ${failed.join(' ')}`);
  }
  console.log(`\n${namesOf('passed').length} passed, ${failed.length} failed, ${namesOf('skipped').length} skipped`);
  return failed.length === 0 ? 0 : 1;
}

async function resultOf(scenario: Scenario, extent: Extent): Promise<Result> {
  const { name, what } = scenario;
  console.log(`\n=== ${name}: ${what}`);
  const startedMs = performance.now();
  const over = (outcome: Result['outcome'], why = ''): Result => {
    const seconds = (performance.now() - startedMs) / 1000;
    const line = `--- ${name} ${outcome === 'failed' ? 'FAILED' : outcome}, ${seconds.toFixed(1)} s`;
    (outcome === 'failed' ? console.error : console.log)(why === '' ? line : `${line}: ${why}`);
    return { name, outcome, seconds };
  };
  try {
    const lacking = await scenario.missing();
    if (lacking !== undefined) return over('skipped', lacking);
    await scenario.run(extent);
    return over('passed');
  } catch (error) {
    if (error instanceof SkippedError) return over('skipped', error.message);
    return over('failed', error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  console.error(error instanceof Error ? error.message : error);
  if (isUsage) console.error(`\n${USAGE}`);
  process.exitCode = isUsage ? 2 : 1;
}
