import tseslint from 'typescript-eslint';
// eslint-disable-next-line @nx/enforce-module-boundaries -- the file belongs to no package
import workspace from '../../eslint.config.js';

/** The workspace's rules, for components too. */
export default tseslint.config(...workspace, {
  files: ['**/*.tsx'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  },
});
