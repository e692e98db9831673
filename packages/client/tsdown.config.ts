import { defineConfig } from 'tsdown';

/** One bundle and one declaration file for each module system (docs/decisions/0007-sdk-build.md). */
export default defineConfig({
  cwd: import.meta.dirname,
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  fixedExtension: false,
  dts: true,
  sourcemap: true,
  clean: true,
});
