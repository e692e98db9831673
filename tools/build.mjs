import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Settings of Nx for runs by scripts. */
export const nxEnvironment = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };

export const nxProgram = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));

/** Ends the process with a sentence when this Node is too old for what is run here. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return;
  console.error(
    `Node ${process.versions.node} is too old: 22.19 or later is needed. "npm ci" brings Node 24 along for Linux, macOS and Windows; run it, and use the npm scripts.`,
  );
  process.exit(2);
}

/** Builds packages and what they depend on, saying nothing unless it fails; then the process ends. */
export function build(...projects) {
  runTarget('build', ...projects);
}

/** Makes the variants of the default model, for programs that serve several models at once. */
export function makeVariants() {
  runTarget('variants', 'model-default');
}

function runTarget(target, ...projects) {
  const result = spawnSync(
    process.execPath,
    [nxProgram, 'run-many', '-t', target, '-p', projects.join(','), '--outputStyle=static'],
    {
      cwd: root,
      encoding: 'utf8',
      env: nxEnvironment,
    },
  );
  if (result.status === 0) return;
  console.error(`${result.stdout}${result.stderr}`);
  console.error('The build failed; what is above says where.');
  process.exit(1);
}
