/** `npm test`: format, lint, type-check and every test; ends with how many tests passed, failed and were skipped. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nxEnvironment, nxProgram, requireNode, root } from './build.mjs';

requireNode();
const results = () => globSync('{packages,models,infra}/*/test-results.json', { cwd: root });

/** Runs targets of all projects; says whether they succeeded. */
function run(targets, parallel) {
  const { status } = spawnSync(
    process.execPath,
    [nxProgram, 'run-many', '-t', ...targets, '--outputStyle=static', `--parallel=${parallel}`],
    {
      cwd: root,
      stdio: 'inherit',
      env: nxEnvironment,
    },
  );
  return status === 0;
}

/** Whether all files have the form that `npm run format` gives them. */
function isFormatted() {
  const prettier = fileURLToPath(import.meta.resolve('prettier/bin/prettier.cjs'));
  const { status } = spawnSync(process.execPath, [prettier, '--check', '.'], { cwd: root, stdio: 'inherit' });
  return status === 0;
}

// What an earlier run left must not be counted; cached results are restored by Nx.
for (const file of results()) rmSync(`${root}${file}`);
const clean = [isFormatted(), run(['lint', 'typecheck'], 2)].every(Boolean);
// One project at a time: each test run uses all cores by itself.
const green = run(['test'], 1);

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of results()) {
  const result = JSON.parse(readFileSync(`${root}${file}`, 'utf8'));
  total.passed += result.numPassedTests;
  // A file that cannot even be loaded has no tests to count.
  total.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  total.skipped += result.numPendingTests + result.numTodoTests;
}
if (!clean) console.log('\nformat, lint or type-check failed; see above');
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(clean && green && total.failed === 0 && total.passed > 0 ? 0 : 1);
