const preset = require('../../jest.preset.cjs');

module.exports = {
  ...preset,
  rootDir: __dirname,
  // Packages of ESM only.
  transformIgnorePatterns: ['/node_modules/(?!(openapi-fetch|fast-png|iobuffer|fflate)/)'],
};
