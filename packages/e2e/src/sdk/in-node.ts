import { expectFindings, type Check, type Surroundings } from './check.js';
import { run } from './run.js';
import { hasRuntimes } from './workspace.js';

const STRICT = {
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: ['node'],
};

/** The module settings of TypeScript projects, and what Node then takes the output for. */
const SETTINGS = {
  nodenext: { type: 'module', options: { module: 'nodenext' } },
  'node16-commonjs': { type: 'commonjs', options: { module: 'node16' } },
  bundler: { type: 'module', options: { module: 'esnext', moduleResolution: 'bundler' } },
  'classic-commonjs': { type: 'commonjs', options: { module: 'commonjs', moduleResolution: 'node10' } },
} as const;

/** Apps of ES modules, of CommonJS modules and in TypeScript, and the same app in other runtimes. */
export const inNode: readonly Check[] = [
  {
    what: 'ES modules',
    run: async ({ workspace, service, photo }) => {
      const folder = await workspace.project('esm', 'module', ['esm.mjs']);
      expectFindings(await run(process.execPath, ['esm.mjs', service, photo], folder));
    },
  },
  {
    what: 'CommonJS modules',
    run: async ({ workspace, service, photo }) => {
      const folder = await workspace.project('cjs', 'commonjs', ['cjs.cjs']);
      expectFindings(await run(process.execPath, ['cjs.cjs', service, photo], folder));
    },
  },
  ...(['typescript-5.4', 'typescript-5.9'] as const).flatMap((compiler) =>
    Object.entries(SETTINGS).map(([name, { type, options }]) => ({
      what: `${compiler}, ${name}`,
      run: async ({ workspace, service, photo }: Surroundings) => {
        const folder = await workspace.project(`${compiler}-${name}`, type, ['typed.ts'], {
          compilerOptions: { ...STRICT, ...options },
        });
        await run(process.execPath, [workspace.compiler(compiler)], folder);
        expectFindings(await run(process.execPath, ['typed.js', service, photo], folder));
      },
    })),
  ),
  ...(hasRuntimes ? (['node20', 'deno', 'bun'] as const) : []).map((name) => ({
    what: `ES modules in ${name}`,
    run: async ({ workspace, service, photo }: Surroundings) => {
      const folder = await workspace.project(name, 'module', ['esm.mjs']);
      const args = name === 'deno' ? ['run', '--allow-net', '--allow-read'] : [];
      expectFindings(await run(workspace.runtime(name), [...args, 'esm.mjs', service, photo], folder));
    },
  })),
];
