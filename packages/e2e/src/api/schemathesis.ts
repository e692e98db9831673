import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from '../cluster/command.js';
import { startServer } from '../service/managed-server.js';

const CONFIG = 'packages/e2e/api/schemathesis.toml';
const MAX_EXAMPLES = 100;
const SEED = 'FACE_COMPARISON_API_SEED';
const DAY_MS = 86_400_000;

/** What is missing to run schemathesis; undefined when it is there. */
export async function missingSchemathesis(): Promise<string | undefined> {
  return runCommand('schemathesis', ['--version']).then(
    () => undefined,
    () => 'missing: schemathesis (pip install --requirement packages/e2e/api/requirements.txt)',
  );
}

/**
 * Sends what schemathesis makes of the OpenAPI document to a server of one worker, all phases with all checks. The seed is
 * the number of the day, so that a failure can be repeated and each day looks elsewhere.
 * @throws Error when a check fails; schemathesis has said which
 */
export async function runSchemathesis(): Promise<void> {
  const seed = process.env[SEED] ?? String(Math.floor(Date.now() / DAY_MS));
  console.log(`seed ${seed}; to repeat this run: ${SEED}=${seed} npm run e2e -- api`);
  // It remembers failures where it runs, and would begin with them the next time.
  const folder = await mkdtemp(join(tmpdir(), 'face-comparison-api-'));
  const server = await startServer({ lanes: 1, extraArgs: ['--rate-limit', '0', '--deadline', '10m'] });
  try {
    const child = spawn(
      'schemathesis',
      [
        ...['--no-color', '--config-file', resolve(CONFIG), 'run', `${server.baseUrl}/openapi.json`],
        ...['--checks', 'all', '--max-examples', String(MAX_EXAMPLES), '--seed', seed],
      ],
      { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code !== 0) throw new Error(`schemathesis ended with ${signal ?? `status ${code ?? 'unknown'}`}; see above`);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}
