/** `npm run accuracy|detection|damage|bench|soak|cost|browser|e2e [-- options]`: builds what has changed and runs a program of packages/e2e. */
import { spawn } from 'node:child_process';
import { build, makeVariants, requireNode, root } from './build.mjs';

const [program = 'e2e', ...args] = process.argv.slice(2);

requireNode();
build('e2e', 'server', 'web', 'client', 'cli');
if (program === 'e2e') build('platform', 'service', 'pulumi-harness');
if (program === 'e2e' || program === 'browser') makeVariants();
const child = spawn(process.execPath, [`packages/e2e/dist/${program}/main.js`, ...args], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
