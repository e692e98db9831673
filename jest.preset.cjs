const { availableParallelism } = require('node:os');

const swc = [
  '@swc/jest',
  {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

// @kubernetes/client-node and what it imports are ESM only, and named .js; Jest runs CommonJS.
const esm = [
  '@kubernetes/client-node/dist',
  'openid-client',
  'oauth4webapi',
  'jose',
  'socks-proxy-agent',
  'agent-base',
].join('|');

/** Shared Jest settings: TypeScript and ESM-only packages go through swc, workspace packages resolve to their sources. */
module.exports = {
  testEnvironment: require.resolve('./jest.environment.cjs'),
  testEnvironmentOptions: { customExportConditions: ['@face-comparison/source', 'node', 'require', 'default'] },
  testMatch: ['<rootDir>/{src,test}/**/*.test.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  // Sources import './x.js', as Node needs it; on disk it is './x.ts'.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.(ts|mjs)$': swc, [`/node_modules/(?:${esm})/.+\\.js$`]: swc },
  transformIgnorePatterns: [`/node_modules/(?!(?:typebox|${esm})/)`],
  // `npm test` runs two packages at a time.
  maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
  // A limit ends what hangs; it is no criterion. Half a core takes many times as long as a developer's machine.
  testTimeout: 600_000,
};
