import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { missingCli } from './pulumi/cli-program.js';
import { REAL_CLUSTER, runRealCluster } from './real-cluster/real-cluster.js';
import { FAKE_CLOUD } from './scenarios/checks/index.js';
import { missingPrograms } from './scenarios/programs.js';
import { isDrawn } from './scenarios/sample.js';
import { runScenarios, type Results } from './scenarios/run-scenarios.js';
import type { Scenario } from './scenarios/scenario.js';

const USAGE = `Both Pulumi programs, run by the real Pulumi engine on a fake cloud with the rules of AWS, or one of them on a real cluster.

  node infra/testing/pulumi-harness/dist/main.js [NAME...] [--seed N] [--at-once N] [--json FILE]
  node infra/testing/pulumi-harness/dist/main.js --list
  node infra/testing/pulumi-harness/dist/main.js ${REAL_CLUSTER.name} --kubeconfig FILE --server-image REF --operator-image REF --address HOST:PORT [--json FILE]

  NAME               only these scenarios, or those whose names begin so
  --seed N           a sample, drawn by N: of scenarios that are alike, and of the operations that sweeps make fail;
                     without it all, which takes a quarter of an hour
  --at-once N        so many scenarios side by side (default 2)
  --json FILE        where the results go
  --list             names the scenarios
  --kubeconfig FILE  the cluster; KUBEBUILDER_ASSETS or the PATH has kubectl and helm
  --server-image, --operator-image  images that its nodes have or can pull
  --address          a node and the node port (30000 to 32767) at which the service is to answer`;

/** What was typed makes no sense; the message says what would. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      'at-once': { type: 'string', default: '2' },
      json: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      kubeconfig: { type: 'string' },
      'server-image': { type: 'string' },
      'operator-image': { type: 'string' },
      address: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (values.list) {
    for (const { name, what } of [...FAKE_CLOUD, REAL_CLUSTER]) console.log(`${name}: ${what}`);
    return;
  }
  const isReal = positionals[0] === REAL_CLUSTER.name;
  const seed = values.seed === undefined ? undefined : wholeNumber('seed', values.seed);
  const chosen = isReal ? [] : choose(positionals, seed);
  const missing = missingCli() ?? missingPrograms();
  let results: Results;
  if (missing !== undefined) results = skipped(isReal ? [REAL_CLUSTER] : chosen, missing);
  else if (isReal) {
    results = await runRealCluster({
      kubeconfig: required('kubeconfig', values.kubeconfig),
      serverImage: required('server-image', values['server-image']),
      operatorImage: required('operator-image', values['operator-image']),
      address: required('address', values.address),
    });
  } else {
    results = await runScenarios(chosen, {
      seed,
      atOnce: wholeNumber('at-once', values['at-once']),
      tell: console.log,
    });
  }
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = summarize(results);
}

function choose(names: readonly string[], seed: number | undefined): Scenario[] {
  for (const name of names) {
    if (FAKE_CLOUD.some((scenario) => scenario.name.startsWith(name))) continue;
    throw new UsageError(`there is no scenario ${name}; there are ${FAKE_CLOUD.map((one) => one.name).join(', ')}`);
  }
  if (names.length > 0) return FAKE_CLOUD.filter(({ name }) => names.some((start) => name.startsWith(start)));
  if (seed === undefined) return [...FAKE_CLOUD];
  const sampled = FAKE_CLOUD.filter(({ isSampled }) => isSampled === true);
  return FAKE_CLOUD.filter((scenario) => !sampled.includes(scenario) || isDrawn(sampled.indexOf(scenario), seed));
}

function skipped(chosen: readonly { name: string; what: string }[], missing: string): Results {
  return {
    timelines: [],
    scenarios: chosen.map(({ name, what }) => {
      console.log(`skip ${name}: ${missing}`);
      return { name, what, outcome: 'skipped', note: missing };
    }),
  };
}

/** Prints the last line. @returns the exit code */
function summarize({ scenarios }: Results): number {
  const count = (outcome: string): number => scenarios.filter((result) => result.outcome === outcome).length;
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  return count('failed') > 0 ? 1 : 0;
}

function required(flag: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${flag} is missing`);
  return value;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`--${flag}: expected a whole number from 1, got ${text}`);
  return Number(text);
}

// What ends with the process, the CLI and its folders, ends on Ctrl-C too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  console.error(error instanceof Error ? error.message : error);
  if (isUsage) console.error(`\n${USAGE}`);
  process.exitCode = isUsage ? 2 : 1;
}
// Servers that a failed scenario has left open end with the process.
process.exit();
