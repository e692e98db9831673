import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// A program, since esbuild refuses the realm of Jest. Prints what it finds as JSON.
const folder = resolve(import.meta.dirname, '../..');

/** What the package is once it is published. */
export interface Findings {
  readonly files: readonly string[];
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

const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--dry-run'], { cwd: folder });
const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
const built = await readFile(join(folder, 'dist/index.js'), 'utf8');
const findings: Findings = {
  files: packed.files.map(({ path }) => path),
  bytes: {
    all: gzipped(await bundle(`export * from '@face-comparison/client'`)),
    parseOnly: gzipped(await bundle(`export { parse } from '@face-comparison/client'`)),
  },
  imports: [...built.matchAll(/\bfrom "([^"]+)"/g)].map(([, name = '']) => name),
};
console.log(JSON.stringify(findings));
