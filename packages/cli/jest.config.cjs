const preset = require('../../jest.preset.cjs');

const [swc] = Object.values(preset.transform);

module.exports = {
  ...preset,
  rootDir: __dirname,
  // fast-png, with which the tests read what the command draws, is ESM only.
  transform: { ...preset.transform, '/node_modules/(fast-png|iobuffer)/.+\\.js$': swc },
  transformIgnorePatterns: ['/node_modules/(?!(fast-png|iobuffer)/)'],
};
