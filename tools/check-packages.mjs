/**
 * `npm run check:packages`: the published packages as their users get them (publint, arethetypeswrong), and the dependencies and files
 * of all packages (knip).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { requireNode, root } from './build.mjs';

/** What npm shows of a package, and what says who may use it where. */
const REQUIRED = ['name', 'version', 'description', 'license', 'repository', 'homepage', 'bugs', 'engines', 'files'];
/** What only this repository uses. npm publishes package.json as it is. */
const UNPUBLISHED = ['nx', 'devDependencies', 'scripts'];

/** What is wrong with a package, one line each. */
async function findingsOf(folder, manifest) {
  const missing = REQUIRED.filter((field) => !(field in manifest));
  const superfluous = UNPUBLISHED.filter((field) => field in manifest);
  const tarball = pack(folder);
  const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
  return [
    ...missing.map((field) => `package.json lacks "${field}"`),
    ...superfluous.map((field) => `package.json would be published with "${field}"`),
    ...messages.map((message) => `publint: ${formatMessage(message, manifest) ?? message.code}`),
    // A package that is only a program has no types.
    ...('exports' in manifest ? await typeProblems(tarball) : []),
  ];
}

/** @returns the bytes of the archive that would be published */
function pack(folder) {
  const scratch = mkdtempSync(join(tmpdir(), 'packed-'));
  try {
    execFileSync('npm', ['pack', '--pack-destination', scratch], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const [archive] = globSync('*.tgz', { cwd: scratch });
    return new Uint8Array(readFileSync(join(scratch, archive)));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function typeProblems(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  if (analysis.types === false) return ['arethetypeswrong: the package has no types'];
  return analysis.problems.map((problem) => `arethetypeswrong: ${JSON.stringify(problem)}`);
}

requireNode();
const published = globSync('packages/*', { cwd: root })
  .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))
  .filter(({ manifest }) => manifest.private !== true);

let clean = true;
for (const { folder, manifest } of published) {
  const findings = await findingsOf(join(root, folder), manifest);
  for (const finding of findings) console.error(`${manifest.name}: ${finding}`);
  if (findings.length === 0) console.log(`${manifest.name}: ok`);
  clean &&= findings.length === 0;
}

const knip = fileURLToPath(new URL('../bin/knip.js', import.meta.resolve('knip')));
const { status } = spawnSync(process.execPath, [knip, '--no-progress'], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) console.log('knip: ok');
process.exit(clean && status === 0 ? 0 : 1);
