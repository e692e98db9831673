// The rules of the whole repository; there is no package to import them from.
// eslint-disable-next-line @nx/enforce-module-boundaries
import root from '../../eslint.config.js';

export default [
  ...root,
  {
    // They import the package by its name, as its users do.
    files: ['{examples,test/react-native}/**/*.ts', 'packages/client/{examples,test/react-native}/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
];
