import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from 'typedoc';

/**
 * The reference of the package as one page of Markdown, from the comments of its sources. The classes of the error
 * codes are left out: they differ in nothing but what the table of errors says.
 *
 * @param folder - of the package
 */
export async function apiReference(folder: string): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'client-reference-'));
  try {
    const application = await Application.bootstrapWithPlugins({
      entryPoints: [join(folder, 'src/index.ts')],
      tsconfig: join(folder, 'tsconfig.build.json'),
      plugin: ['typedoc-plugin-markdown'],
      name: '@face-comparison/client',
      // TypeDoc empties this folder before it writes; its default is docs/ of wherever it is started.
      out,
      readme: 'none',
      exclude: ['**/generated/errors.ts'],
      excludeExternals: true,
      excludePrivate: true,
      disableSources: true,
      hideGenerator: true,
      logLevel: 'Error',
      ...MARKDOWN,
    });
    const project = await application.convert();
    if (project === undefined) throw new Error('TypeDoc could not read the sources; it has said why');
    await application.generateOutputs(project);
    return await readFile(join(out, 'README.md'), 'utf8');
  } finally {
    await rm(out, { recursive: true });
  }
}

const MARKDOWN: object = {
  outputFileStrategy: 'modules',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
  expandObjects: false,
};
