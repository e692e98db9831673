import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

// A program, since esbuild refuses the realm of Jest. Prints the app as one script, as Metro would bundle it.
const [service = ''] = process.argv.slice(2);
const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, 'app.ts')],
  bundle: true,
  // This package says that its files have no side effects; the globals are nothing else.
  ignoreAnnotations: true,
  write: false,
  format: 'iife',
  globalName: 'app',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['react-native', 'module', 'main'],
  conditions: ['react-native', 'import'],
  plugins: [
    {
      name: 'address-of-the-service',
      setup: (bundler) =>
        bundler.onLoad({ filter: /examples[\\/]react-native\.ts$/ }, async ({ path }) => ({
          contents: (await readFile(path, 'utf8')).replaceAll('https://faces.example.com', service),
          loader: 'ts',
        })),
    },
  ],
});
console.log(outputFiles.map(({ text }) => text).join(''));
