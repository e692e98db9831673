import { runCommand } from '../cluster/command.js';
import { runSection } from '../generated-clients/run-section.js';
import type { Scenario } from './scenario.js';

/** Clients that generators make of the OpenAPI document, as the guide shows them. */
export const generatedClients: readonly Scenario[] = [
  {
    name: 'client-python',
    group: 'generated-clients',
    what: 'the client of openapi-python-client passes mypy and compares two photos',
    missing: () =>
      missing(
        'openapi-python-client and mypy (pip install --requirement packages/e2e/api/requirements.txt)',
        ['openapi-python-client', '--version'],
        ['mypy', '--version'],
      ),
    run: () => runSection('Python', 'packages/e2e/api/python'),
  },
  {
    name: 'client-go',
    group: 'generated-clients',
    what: 'the client of oapi-codegen is built and compares two photos',
    missing: () => missing('Go with a module proxy', ['go', 'mod', 'download', '-C', 'packages/e2e/api/go']),
    run: () => runSection('Go', 'packages/e2e/api/go'),
  },
  {
    name: 'client-typescript',
    group: 'generated-clients',
    what: 'the client of @hey-api/openapi-ts passes tsc --strict and compares two photos',
    missing: () => Promise.resolve(undefined),
    run: () => runSection('TypeScript', 'packages/e2e/api/typescript'),
  },
];

async function missing(
  what: string,
  ...probes: readonly (readonly [string, ...string[]])[]
): Promise<string | undefined> {
  for (const [command, ...args] of probes) {
    const runs = await runCommand(command, args).then(
      () => true,
      () => false,
    );
    if (!runs) return `missing: ${what}`;
  }
  return undefined;
}
