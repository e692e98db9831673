/**
 * No import cycles between files, type-only imports included. Which project may import which is in eslint.config.js.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [{ name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } }],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '(^|/)(node_modules|dist)/' },
    enhancedResolveOptions: { conditionNames: ['@face-comparison/source', 'import', 'node', 'default'] },
  },
};
