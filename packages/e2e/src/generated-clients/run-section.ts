import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { startServer } from '../service/managed-server.js';
import { guideSection } from './guide.js';

const GUIDE = 'docs/guides/other-languages.md';
/** The address of the service in the guide. */
const SERVICE = 'http://127.0.0.1:8080';

/** The photos of the guide; the first is of a person who is in the second, too. */
const PHOTOS = { 'anna.jpg': 'sample1.jpg', 'party.jpg': 'sample4.jpg' };

/** A problem that the service may answer one day: code and members are of a later version. */
const LATER_PROBLEM = {
  type: 'urn:face-comparison:error:photo_too_old',
  title: 'The photo is too old',
  status: 422,
  detail: 'the photo is of 1890',
  code: 'photo_too_old',
  requestId: '0d5c3a52-6f0e-4f0e-9f6b-4f3c9a0d8c11',
  takenAt: { year: 1890 },
};

/**
 * Runs the commands of a section of the guide with the files that it shows, against a real server; then the one that compares
 * photos again, against a service whose error code the client does not know.
 * @param files the folder with the files
 * @throws Error saying which command fails or prints something else
 */
export async function runSection(title: string, files: string): Promise<void> {
  const { steps } = guideSection(await readFile(GUIDE, 'utf8'), title);
  const folder = await mkdtemp(join(tmpdir(), 'face-comparison-client-'));
  const later = createServer((_request, response) => {
    response.writeHead(LATER_PROBLEM.status, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify(LATER_PROBLEM));
  }).listen(0, '127.0.0.1');
  const server = await startServer({ lanes: 1, extraArgs: ['--deadline', '10m'] });
  try {
    await cp(files, folder, { recursive: true });
    for (const [name, photo] of Object.entries(PHOTOS)) {
      await cp(join('models/default/golden/photos', photo), join(folder, name));
    }
    // What npm install would put there.
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));

    for (const { command, output } of steps) {
      console.log(`$ ${command}`);
      await check(command.replace(SERVICE, server.baseUrl), folder, output);
    }
    const compare = steps.find(({ output }) => output.startsWith('anna.jpg'));
    if (compare === undefined) throw new Error(`${title} of ${GUIDE} compares no photos`);
    console.log('the same, and the service answers with an error code of a later version');
    await check(
      compare.command.replace(SERVICE, await addressOf(later)),
      folder,
      'photo_too_old: the photo is of 1890\n',
    );
  } finally {
    await server.stop();
    later.close();
    await rm(folder, { recursive: true });
  }
}

/** @throws Error when a command prints something else than it should; where nothing is expected, when it fails */
async function check(command: string, cwd: string, expected: string): Promise<void> {
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const { printed, failed } = await new Promise<{ printed: string; failed: boolean }>((done) => {
    execFile('bash', ['-c', `{ ${command}\n} 2>&1`], { cwd, env: { ...process.env, PATH } }, (error, stdout) =>
      done({ printed: stdout, failed: error !== null }),
    );
  });
  if (expected === '' ? failed : printed !== expected) {
    throw new Error(`${command}: expected ${expected === '' ? 'success' : `\n${expected}`}, got\n${printed}`);
  }
}

async function addressOf(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return `http://127.0.0.1:${address.port}`;
}
