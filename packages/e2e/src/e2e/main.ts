import { parseArgs } from 'node:util';
import { closeCluster, imagesBuild, imagesCheck } from '../cluster/index.js';
import { isDrawn, seedOf } from '../statistics/sample.js';
import { forEachConcurrently } from '../terminal/concurrency.js';
import { numberFlag, UsageError } from '../terminal/program.js';
import { api } from './api.js';
import { browser } from './browser.js';
import { chart } from './chart.js';
import { controlPlane } from './control-plane.js';
import { onCluster, onFakeCloud } from './deploy.js';
import { generatedClients } from './generated-clients.js';
import { measurements } from './measurements.js';
import { closeRollouts, rollouts } from './rollouts.js';
import { SkippedError, type Scenario } from './scenario.js';
import { sdk } from './sdk.js';
import { startLine } from './start-line.js';

const SCENARIOS: readonly Scenario[] = [
  startLine,
  sdk,
  browser,
  api,
  ...generatedClients,
  ...chart,
  // Before there is a cluster on this machine, which takes a share of it.
  ...measurements,
  // Side by side: checks on a control plane mostly wait.
  imagesBuild,
  ...controlPlane,
  onFakeCloud,
  imagesCheck,
  onCluster,
  ...rollouts,
];

const GROUPS = new Set(SCENARIOS.flatMap(({ group }) => group ?? []));

const SLOWEST = 5;
/** Of those that may run side by side; one computes while another waits. */
const AT_ONCE = 2;

const USAGE = `Checks the whole service from outside. Ends with the line "N passed, N failed, N skipped".

  npm run e2e [-- [--long] [--seed N] [NAME ...]]

  --long                 run all scenarios, and try every point of a sweep (each write, each operation), instead of a sample
  --seed N               draw this sample again (default: the date, so that samples differ from day to day)
  NAME                   run these, whatever is drawn

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
  if (seed !== undefined) console.log(`seed ${seed}; --seed ${seed} repeats this sample, --long does everything`);

  const selected = select(names, seed);
  const results: Result[] = [];
  try {
    for (const batch of batchesOf(selected)) {
      await forEachConcurrently(batch, AT_ONCE, async (scenario) => {
        results.push(await resultOf(scenario, seed, batch.length > 1));
      });
    }
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

/** Those that are named; without names all, or those that a seed draws. */
function select(names: readonly string[], seed: number | undefined): readonly Scenario[] {
  if (names.length > 0) {
    return SCENARIOS.filter(({ name, group = name }) => names.includes(name) || names.includes(group));
  }
  if (seed === undefined) return SCENARIOS;
  const sampled = SCENARIOS.filter(({ isSampled }) => isSampled === true);
  return SCENARIOS.filter((scenario) => !sampled.includes(scenario) || isDrawn(sampled.indexOf(scenario), seed));
}

/** Scenarios that run side by side: those in a row that may. */
function batchesOf(scenarios: readonly Scenario[]): Scenario[][] {
  const batches: Scenario[][] = [];
  for (const scenario of scenarios) {
    const last = batches.at(-1);
    if (scenario.isConcurrent === true && last?.[0]?.isConcurrent === true) last.push(scenario);
    else batches.push([scenario]);
  }
  return batches;
}

/** @param isBuffered what it prints is kept until it is over, for others print meanwhile */
async function resultOf(scenario: Scenario, seed: number | undefined, isBuffered: boolean): Promise<Result> {
  const { name, what } = scenario;
  const printed: string[] = [];
  console.log(`\n=== ${name}: ${what}`);
  const startedMs = performance.now();
  const over = (outcome: Result['outcome'], why = ''): Result => {
    const seconds = (performance.now() - startedMs) / 1000;
    const line = `--- ${name} ${outcome === 'failed' ? 'FAILED' : outcome}, ${seconds.toFixed(1)} s`;
    if (isBuffered) console.log(`\n=== ${name} printed:\n${printed.join('')}`);
    (outcome === 'failed' ? console.error : console.log)(why === '' ? line : `${line}: ${why}`);
    return { name, outcome, seconds };
  };
  try {
    const missing = await scenario.missing();
    if (missing !== undefined) return over('skipped', missing);
    await scenario.run({ seed, ...(isBuffered ? { onOutput: (text: string) => void printed.push(text) } : {}) });
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
