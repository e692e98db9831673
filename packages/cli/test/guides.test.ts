import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from './kit/folder.js';
import { DEFAULT, LITE, PHOTOS, ROOT, Server } from './kit/server.js';

/**
 * The guides show what the command answers. Their `console` blocks are run here, one after the other, and what is shown must
 * be what comes, but for figures, which differ from machine to machine. `UPDATE_GUIDES=1` writes what comes into them.
 */
const GUIDES = ['command.md', 'migrate-a-gallery.md'];
const isUpdate = process.env['UPDATE_GUIDES'] === '1';

let server: Server;
beforeAll(async () => (server = await Server.start({ models: [DEFAULT, LITE] })));
afterAll(async () => {
  await server.stop();
  removeTemporaryFolders();
});

/** A folder as the guides are about, and a shell that has the command. */
class Shell {
  readonly #folder = temporaryFolder();
  readonly #bin = temporaryFolder();
  #code = 0;

  constructor() {
    mkdirSync(join(this.#folder, 'photos'));
    for (const name of ['expected.json', ...[1, 2, 3, 4, 5, 6].map((n) => `sample${n}.jpg`)]) {
      copyFileSync(join(PHOTOS, name), join(this.#folder, 'photos', name));
    }
    const program = join(this.#bin, 'face-comparison');
    const script = join(ROOT, 'packages/cli/bin/face-comparison.mjs');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
    chmodSync(program, 0o755);
  }

  /** Runs a line and gives what it writes. */
  run(line: string): Promise<string> {
    const env = {
      PATH: `${this.#bin}:${process.env['PATH'] ?? ''}`,
      FACE_COMPARISON_URL: server.url,
      FACE_COMPARISON_CACHE_DIR: join(ROOT, '.cache/cli-test'),
    };
    return new Promise((resolve) => {
      // The exit code of the line before is there, as in a shell that a person types into.
      const script = `(exit ${this.#code}); { ${line}\n} 2>&1`;
      execFile('sh', ['-c', script], { cwd: this.#folder, env }, (error, stdout) => {
        this.#code = typeof error?.code === 'number' ? error.code : 0;
        resolve(stdout);
      });
    });
  }
}

/** What a guide shows of what was written: no progress, whose figures mean nothing, and vectors cut short. */
function shown(output: string): string {
  return output
    .replaceAll('\r\n', '\n')
    .replaceAll(server.url, 'http://127.0.0.1:8080')
    .replace(/^(analyzing|migrating) \[.*\n/gm, '')
    .replace(/(fc1:[^:]+:[0-9a-f]{16}:f\d+x\d+:[\w-]{8})[\w-]+/g, '$1…');
}

/** The same for two machines. */
function withoutFigures(text: string): string {
  return text
    .replace(/fc1:[^"\s]+/g, 'fc1')
    .replace(/\b[0-9a-f]{16,64}\b/g, 'digest')
    .replace(/-?\d+(\.\d+)?/g, '0')
    .replace(/ +/g, ' ');
}

/** Answers the guide with what its commands write now. */
async function replay(guide: string): Promise<string> {
  const shell = new Shell();
  const parts = guide.split(/(?<=```console\n)([^]*?)(?=```)/);
  for (let i = 1; i < parts.length; i += 2) {
    const commands = (parts[i] ?? '').split('\n').filter((line) => line.startsWith('$ '));
    let block = '';
    for (const command of commands) block += `${command}\n${shown(await shell.run(command.slice(2)))}`;
    parts[i] = block.endsWith('\n') ? block : `${block}\n`;
  }
  return parts.join('');
}

it.each(GUIDES)('the guide %s shows what the command answers', async (name) => {
  const path = join(ROOT, 'docs/guides', name);
  const guide = readFileSync(path, 'utf8');
  expect(guide.match(/^\$ face-comparison /gm)?.length).toBeGreaterThan(3);
  const answered = await replay(guide);
  if (isUpdate) writeFileSync(path, answered);
  expect(withoutFigures(isUpdate ? readFileSync(path, 'utf8') : guide)).toBe(withoutFigures(answered));
});
