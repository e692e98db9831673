import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ORIGINAL_DOLLARS_PER_MILLION, sumOf } from '@face-comparison/costs';
import { runProgram, type MissedGoal } from '../terminal/program.js';
import { costCases } from './cases.js';
import { drawCosts } from './figure.js';
import { costPage } from './page.js';

const USAGE = `Says what the service costs, from list prices and what the benchmark measured, and writes docs/guides/costs.md.

  npm run cost [-- options]

  --out DIR   where costs.md and images/costs.svg go (default docs/guides)`;

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({ options: { out: { type: 'string', default: 'docs/guides' } } });
  const cases = costCases();
  console.log(`a million images on ${cases.instanceType}, dollars:`);
  for (const { what, dollars } of cases.onAws) console.log(`  ${dollars.toFixed(2).padStart(7)}  ${what}`);
  console.log(
    `  ${sumOf(cases.onAws).toFixed(2).padStart(7)}  together; the original: ${ORIGINAL_DOLLARS_PER_MILLION}`,
  );
  console.log(`a platform at rest: ${cases.platform.total.toFixed(2)} dollars a month`);
  for (const assumption of cases.assumptions) console.log(`- ${assumption}`);
  await mkdir(join(flags.out, 'images'), { recursive: true });
  await writeFile(join(flags.out, 'costs.md'), costPage(cases));
  await writeFile(join(flags.out, 'images', 'costs.svg'), drawCosts(cases));
  console.log(`\nwritten: ${join(flags.out, 'costs.md')}, ${join(flags.out, 'images', 'costs.svg')}`);
  return [];
}

await runProgram(USAGE, main);
