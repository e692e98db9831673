const preset = require('../../jest.preset.cjs');

const swc = preset.transform['^.+\\.(ts|mjs)$'];
// ESM-only packages under @kubernetes/client-node; Jest runs CommonJS.
const esm = [
  '@kubernetes/client-node/dist',
  'openid-client',
  'oauth4webapi',
  'jose',
  'socks-proxy-agent',
  'agent-base',
];

module.exports = {
  ...preset,
  rootDir: __dirname,
  transform: { ...preset.transform, [`/node_modules/(?:${esm.join('|')})/.+\\.js$`]: swc },
  transformIgnorePatterns: [`/node_modules/(?!(?:typebox|${esm.join('|')})/)`],
};
