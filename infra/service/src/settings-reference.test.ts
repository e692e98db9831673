import { projectFile } from './project-folder.js';
import { settingsReference } from './settings-reference.js';

describe('docs/reference/service-settings.md', () => {
  it('is what the schema of the settings makes of it; run `npm run generate` when this fails', () => {
    expect(projectFile('../../docs/reference/service-settings.md').toString('utf8')).toBe(settingsReference());
  });
});
