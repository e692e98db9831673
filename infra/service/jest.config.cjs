const preset = require('../../jest.preset.cjs');

const [[, swc]] = Object.entries(preset.transform);

module.exports = {
  ...preset,
  rootDir: __dirname,
  // The validator of OpenAPI documents is ESM only.
  transform: { ...preset.transform, '/@seriousme/openapi-schema-validator/.+\\.js$': swc },
  transformIgnorePatterns: ['/node_modules/(?!(typebox|@seriousme/openapi-schema-validator)/)'],
};
