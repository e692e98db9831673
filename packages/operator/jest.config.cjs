// The runtime brings @kubernetes/client-node, whose ESM-only packages it knows how to load.
module.exports = { ...require('../kube-runtime/jest.config.cjs'), rootDir: __dirname };
