import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guideSection } from './guide.js';

const root = join(__dirname, '../../../..');
const api = join(root, 'packages/e2e/api');
const guide = readFileSync(join(root, 'docs/guides/other-languages.md'), 'utf8');

const FILES = {
  Python: ['python/compare.py'],
  Go: ['go/oapi-codegen.yaml', 'go/main.go'],
  TypeScript: ['typescript/tsconfig.json', 'typescript/compare.ts'],
} as const;

// The commands of the guide are run by the scenarios of the group generated-clients.
describe('docs/guides/other-languages.md', () => {
  it.each(Object.entries(FILES))('shows the files of %s as the scenario uses them', (title, paths) => {
    const committed = paths.map((path) => [path.replace(/^.*\//, ''), readFileSync(join(api, path), 'utf8')]);
    expect(guideSection(guide, title).files).toEqual(Object.fromEntries(committed));
  });

  it('names the versions of the generators that the scenarios use', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'packages/e2e/package.json'), 'utf8')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    expect(guide).toContain(`@hey-api/openapi-ts@${String(devDependencies['@hey-api/openapi-ts'])} `);
    for (const line of readFileSync(join(api, 'requirements.txt'), 'utf8').trim().split('\n')) {
      if (!line.startsWith('schemathesis')) expect(guide).toContain(line);
    }
  });
});
