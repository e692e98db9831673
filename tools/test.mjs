/**
 * `npm test`: format, lint, type-check, import cycles, the packages as they are published, and every test. Ends with the
 * time of each target, the slowest test files, and how many tests passed, failed and were skipped.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { nxEnvironment, nxProgram, requireNode, root } from './build.mjs';

const SLOWEST_FILES = 5;

requireNode();
const resultFiles = () => globSync('{packages,models,infra,infra/testing}/*/test-results.json', { cwd: root });

// What an earlier run left must not be counted; cached results are restored by Nx.
for (const file of resultFiles()) rmSync(`${root}${file}`);

const profile = '.cache/test-profile.json';
const targets = ['format', 'lint', 'typecheck', 'check-imports', 'check-packages', 'test'];
const { status } = spawnSync(
  process.execPath,
  [nxProgram, 'run-many', '-t', ...targets, '--outputStyle=static', '--parallel=2'],
  { cwd: root, stdio: 'inherit', env: { ...nxEnvironment, NX_PROFILE: profile } },
);

const results = resultFiles().map((file) => JSON.parse(readFileSync(`${root}${file}`, 'utf8')));
const tasks = readProfile(profile);
printTimes(tasks, results);

const sum = (...counts) =>
  results.reduce((total, result) => total + counts.reduce((n, name) => n + result[name], 0), 0);
const passed = sum('numPassedTests');
// A file that cannot even be loaded has no tests to count.
const failed = sum('numFailedTests', 'numRuntimeErrorTestSuites');
const skipped = sum('numPendingTests', 'numTodoTests');
if (status !== 0 && failed === 0)
  console.log('\nFormat, lint, type-check, imports, the packages or a build failed; see above.');
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1);

/** The tasks that Nx ran, from the trace that it writes. */
function readProfile(file) {
  try {
    return JSON.parse(readFileSync(`${root}${file}`, 'utf8')).filter(
      ({ ph, args }) => ph === 'X' && args?.target !== undefined,
    );
  } catch {
    // Nx ended before it ran anything, and has said why.
    return [];
  }
}

function printTimes(tasks, results) {
  const times = new Map();
  for (const { dur, args } of tasks) {
    const time = times.get(args.target.target) ?? { seconds: 0, tasks: 0, cached: 0 };
    time.seconds += dur / 1e6;
    time.tasks += 1;
    if (/cache/.test(args.status)) time.cached += 1;
    times.set(args.target.target, time);
  }
  if (times.size > 0) console.log('\nTime per target (two tasks run at a time):');
  for (const [target, { seconds, tasks, cached }] of [...times].sort(([, a], [, b]) => b.seconds - a.seconds)) {
    const fromCache = cached > 0 ? `, ${cached} from the cache` : '';
    console.log(
      `  ${seconds.toFixed(1).padStart(7)} s  ${target} (${tasks} ${tasks === 1 ? 'task' : 'tasks'}${fromCache})`,
    );
  }
  const files = results
    .flatMap(({ testResults }) => testResults)
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), seconds: (endTime - startTime) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST_FILES);
  if (files.length > 0) console.log('\nSlowest test files:');
  for (const { name, seconds } of files) console.log(`  ${seconds.toFixed(1).padStart(7)} s  ${name}`);
}
