import { browser } from './browser.js';
import { chart } from './chart.js';
import { controlPlane } from './control-plane.js';
import { measurements } from './measurements.js';
import type { Scenario } from './scenario.js';
import { sdk } from './sdk.js';
import { startLine } from './start-line.js';

const SCENARIOS: readonly Scenario[] = [startLine, sdk, browser, ...chart, ...controlPlane, ...measurements];

const USAGE = `Checks the whole service from outside. Ends with the line "N passed, N failed, N skipped".

  npm run e2e [-- NAME ...]

${SCENARIOS.map(({ name, what }) => `  ${name.padEnd(12)} ${what}`).join('\n')}`;

async function main(names: readonly string[]): Promise<number> {
  const stranger = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (stranger !== undefined) {
    console.error(`there is no scenario "${stranger}"\n\n${USAGE}`);
    return 2;
  }
  const outcomes = { passed: 0, failed: 0, skipped: 0 };
  for (const scenario of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    outcomes[await outcomeOf(scenario)]++;
  }
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
    console.error(`--- ${scenario.name} FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return 'failed';
  }
}

const names = process.argv.slice(2);
if (names.includes('--help')) console.log(USAGE);
else process.exitCode = await main(names);
