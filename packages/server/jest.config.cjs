module.exports = {
  ...require('../../jest.preset.cjs'),
  rootDir: __dirname,
  // Each file of test/ runs a server of its own, with its own processes.
  maxWorkers: 2,
  // Longer than what a test waits for (test/kit/until.ts), so that it says itself what did not happen.
  testTimeout: 180_000,
};
