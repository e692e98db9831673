import { closeCluster, imagesCheck } from '../cluster/index.js';
import { browser } from './browser.js';
import { chart } from './chart.js';
import { controlPlane } from './control-plane.js';
import { deploy } from './deploy.js';
import { measurements } from './measurements.js';
import { closeRollouts, rollouts } from './rollouts.js';
import { SkippedError, type Scenario } from './scenario.js';
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

const USAGE = `Checks the whole service from outside. Ends with the line "N passed, N failed, N skipped".

  npm run e2e [-- NAME ...]

${SCENARIOS.map(({ name, what }) => `  ${name.padEnd(22)} ${what}`).join('\n')}

Several at once: ${[...GROUPS].join(', ')}.`;

async function main(names: readonly string[]): Promise<number> {
  const stranger = names.find((name) => !GROUPS.has(name) && !SCENARIOS.some((scenario) => scenario.name === name));
  if (stranger !== undefined) {
    console.error(`there is no scenario "${stranger}"\n\n${USAGE}`);
    return 2;
  }
  const outcomes = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const isWanted = ({ name, group = name }: Scenario): boolean =>
    names.length === 0 || names.includes(name) || names.includes(group);
  try {
    for (const scenario of SCENARIOS.filter(isWanted)) {
      const outcome = await outcomeOf(scenario);
      outcomes[outcome]++;
      if (outcome === 'failed') failures.push(scenario.name);
    }
  } finally {
    await closeRollouts().finally(closeCluster);
  }
  // Half an hour of output lies above.
  if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`);
  console.log(`\n${outcomes.passed} passed, ${outcomes.failed} failed, ${outcomes.skipped} skipped`);
  return outcomes.failed === 0 ? 0 : 1;
}

async function outcomeOf(scenario: Scenario): Promise<'passed' | 'failed' | 'skipped'> {
  console.log(`\n=== ${scenario.name}: ${scenario.what}`);
  const missing = await scenario.missing();
  if (missing !== undefined) {
    console.log(`--- ${scenario.name} skipped: ${missing}`);
    return 'skipped';
  }
  try {
    await scenario.run();
    console.log(`--- ${scenario.name} passed`);
    return 'passed';
  } catch (error) {
    if (error instanceof SkippedError) {
      console.log(`--- ${scenario.name} skipped: ${error.message}`);
      return 'skipped';
    }
    console.error(`--- ${scenario.name} FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return 'failed';
  }
}

const names = process.argv.slice(2);
if (names.includes('--help')) console.log(USAGE);
else process.exitCode = await main(names);
