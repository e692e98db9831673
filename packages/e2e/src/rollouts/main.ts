import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { closeCluster } from '../cluster/index.js';
import { runProgram, UsageError, type MissedGoal } from '../terminal/program.js';
import { writeRolloutsReport } from './report/rollouts-report.js';
import { ScenarioRunner } from './scenario-runner.js';
import { ROLLOUT_SCENARIOS } from './scenarios/index.js';

const USAGE = `Upgrades models on a real cluster under traffic, well and badly. Ends with the line "N passed, N failed, N skipped".

  node packages/e2e/dist/rollouts/main.js [--json FILE] [--report DIR] [NAME ...]

  --json FILE   writes what each scenario left: requests, marks and figures
  --report DIR  writes rollouts.md and its figures

${ROLLOUT_SCENARIOS.map(({ name, what }) => `  ${name.padEnd(22)} ${what}`).join('\n')}

rollouts, bad-upgrades and faults name all of their kind.`;

await runProgram(USAGE, async () => {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, report: { type: 'string' } },
  });
  const named = (name: string, group: string): boolean => names.includes(name) || names.includes(group);
  const stranger = names.find((name) => !ROLLOUT_SCENARIOS.some((one) => one.name === name || one.group === name));
  if (stranger !== undefined) throw new UsageError(`there is no scenario "${stranger}"`);
  const runner = new ScenarioRunner();
  const missed: MissedGoal[] = [];
  let skipped = 0;
  try {
    for (const scenario of ROLLOUT_SCENARIOS.filter(({ name, group }) => names.length === 0 || named(name, group))) {
      console.log(`=== ${scenario.name} ${new Date().toISOString()}`);
      try {
        const missing = await runner.run(scenario);
        if (missing === undefined) continue;
        skipped++;
        console.log(`--- ${scenario.name} skipped: ${missing}`);
      } catch (error) {
        const got = error instanceof Error ? error.message : String(error);
        console.error(`--- ${scenario.name} FAILED: ${got}`);
        missed.push({ what: scenario.name, wanted: scenario.what, got });
      }
    }
  } finally {
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(runner.runs));
    if (values.report !== undefined) await writeRolloutsReport(runner.runs, undefined, values.report);
    await runner.close().finally(closeCluster);
  }
  const passed = runner.runs.filter(({ error }) => error === undefined).length;
  console.log(`\n${passed} passed, ${missed.length} failed, ${skipped} skipped`);
  return missed;
});
