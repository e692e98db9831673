import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build } from 'esbuild';
import { publint } from 'publint';

// A program, since these libraries are ES modules, which Jest does not load. Prints what it finds as JSON.
const folder = resolve(import.meta.dirname, '../..');

/** What the package is once it is published. */
export interface Findings {
  readonly files: readonly string[];
  /** What TypeScript would resolve wrongly under some module setting (arethetypeswrong.github.io). */
  readonly typeProblems: readonly string[];
  readonly publintMessages: readonly string[];
  /** Minified and gzipped, with the dependency. */
  readonly bytes: { readonly all: number; readonly parseOnly: number };
  readonly imports: readonly string[];
}

async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  return outputFiles.map(({ text }) => text).join('');
}

const gzipped = (code: string): number => gzipSync(code, { level: 9 }).byteLength;

const scratch = await mkdtemp(join(tmpdir(), 'client-'));
try {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch],
    { cwd: folder },
  );
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  const tarball = await readFile(join(scratch, packed.filename));
  const types = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  const lint = await publint({ pack: { tarball: new Uint8Array(tarball).buffer } });
  const built = await readFile(join(folder, 'dist/index.js'), 'utf8');
  const findings: Findings = {
    files: packed.files.map(({ path }) => path),
    typeProblems:
      types.types === false ? ['it has no types'] : types.problems.map((problem) => JSON.stringify(problem)),
    publintMessages: lint.messages.map((message) => JSON.stringify(message)),
    bytes: {
      all: gzipped(await bundle(`export * from '@face-comparison/client'`)),
      parseOnly: gzipped(await bundle(`export { parse } from '@face-comparison/client'`)),
    },
    imports: [...built.matchAll(/\bfrom "([^"]+)"/g)].map(([, name = '']) => name),
  };
  console.log(JSON.stringify(findings));
} finally {
  await rm(scratch, { recursive: true });
}
