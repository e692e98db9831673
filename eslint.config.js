import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const NOT_INFRA = [
  'contract',
  'bundle',
  'engine',
  'server',
  'client',
  'web',
  'cli',
  'kube-runtime',
  'operator',
  'e2e',
  'costs',
  'model',
];
const INFRA = ['costs', 'infra-config', 'infra-stack', 'resource-graph', 'fake-aws', 'pulumi-harness'];

/** Who may import whom: docs/architecture.md. */
const boundaries = [
  { sourceTag: 'scope:contract', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:bundle', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:engine', onlyDependOnLibsWithTags: ['scope:bundle'] },
  { sourceTag: 'scope:server', onlyDependOnLibsWithTags: ['scope:contract', 'scope:bundle', 'scope:engine'] },
  { sourceTag: 'scope:model', onlyDependOnLibsWithTags: ['scope:bundle', 'scope:model'] },
  // What ships to apps: the contract reaches it only as generated files.
  { sourceTag: 'scope:client', onlyDependOnLibsWithTags: ['scope:contract'] },
  { sourceTag: 'scope:web', onlyDependOnLibsWithTags: ['scope:client'] },
  // Without a service (`--local`) it answers as the service does, by the contract.
  {
    sourceTag: 'scope:cli',
    onlyDependOnLibsWithTags: ['scope:client', 'scope:contract', 'scope:bundle', 'scope:engine'],
  },
  // Publishable by itself: it knows nothing of faces.
  { sourceTag: 'scope:kube-runtime', onlyDependOnLibsWithTags: [] },
  // The plan and the answer of /serving are the contract's; manifests and spaces are the bundle's.
  { sourceTag: 'scope:operator', onlyDependOnLibsWithTags: ['scope:contract', 'scope:bundle', 'scope:kube-runtime'] },
  {
    sourceTag: 'scope:e2e',
    onlyDependOnLibsWithTags: [
      'scope:contract',
      'scope:bundle',
      'scope:engine',
      'scope:server',
      'scope:client',
      'scope:cli',
      'scope:kube-runtime',
      'scope:operator',
      'scope:costs',
    ],
  },
  // The Pulumi programs know the rest by its images, its chart and its documents alone.
  { sourceTag: 'scope:costs', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:infra-config', onlyDependOnLibsWithTags: [] },
  {
    sourceTag: 'scope:infra-stack',
    onlyDependOnLibsWithTags: ['scope:costs', 'scope:infra-config', 'scope:resource-graph'],
  },
  { sourceTag: 'scope:resource-graph', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:fake-aws', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:pulumi-harness', onlyDependOnLibsWithTags: ['scope:fake-aws'] },
  // Pulumi belongs to infra.
  ...NOT_INFRA.map((name) => ({ sourceTag: `scope:${name}`, bannedExternalImports: ['@pulumi/*'] })),
  // The API server is spoken to by the runtime and the operator alone.
  ...['contract', 'bundle', 'engine', 'server', 'client', 'web', 'cli', 'e2e', ...INFRA].map((name) => ({
    sourceTag: `scope:${name}`,
    bannedExternalImports: ['@kubernetes/client-node'],
  })),
  // Pixels and inference belong to the engine; e2e measures against the bare runtime.
  ...['contract', 'bundle', 'server', 'client', 'web', 'cli', 'kube-runtime', 'operator', ...INFRA].map((name) => ({
    sourceTag: `scope:${name}`,
    bannedExternalImports: ['onnxruntime-node', 'sharp'],
  })),
];

export default tseslint.config(
  // Programs of users with a client that is generated when they run; tsc checks them there.
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.cache/**', '**/.nx/**', '**/tmp/**', '**/e2e/api/**'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // There are no enums (`erasableSyntaxOnly`), and looking for them takes a tenth of the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // A member is left out of an object by naming it beside the rest.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.{ts,js,mjs}'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { enforceBuildableLibDependency: false, allow: [], depConstraints: boundaries },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        module: 'readonly',
        require: 'readonly',
        __dirname: 'readonly',
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  prettier,
);
