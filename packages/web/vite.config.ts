import { gzipSync } from 'node:zlib';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** What a visitor loads before the page works: markup, style and script, compressed. */
const BUDGET_BYTES = 60_000;

/** Prints what the page weighs, and refuses to build one that has become too heavy. */
const weigh: Plugin = {
  name: 'weigh',
  writeBundle(_options, bundle) {
    const sizes = Object.values(bundle)
      .filter(({ fileName }) => /\.(html|css|js)$/.test(fileName))
      .map((file) => gzipSync(file.type === 'chunk' ? file.code : file.source).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`the page: ${bytes} bytes gzip (at most ${BUDGET_BYTES})`);
    if (bytes > BUDGET_BYTES) throw new Error(`the page has ${bytes} bytes gzip, at most ${BUDGET_BYTES} are wanted`);
  },
};

export default defineConfig({
  // The page may live below a path prefix: nothing in it begins with a slash.
  base: './',
  resolve: { conditions: ['@face-comparison/source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // data: URLs would have to be allowed for whatever is small today.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'licences.txt' },
  },
  // For `npx vite` in this folder, beside `npm start`.
  server: {
    proxy: Object.fromEntries(
      ['/face_comparison', '/compare', '/v2', '/docs', '/openapi.json'].map((path) => [path, 'http://127.0.0.1:8080']),
    ),
  },
  plugins: [weigh],
});
