module.exports = {
  ...require('../../jest.preset.cjs'),
  rootDir: __dirname,
  // Each file of test/ runs a server of its own, with its own processes.
  maxWorkers: 2,
};
