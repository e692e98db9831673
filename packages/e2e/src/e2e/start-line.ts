import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { findFreePort } from '../service/managed-server.js';
import { until } from '../waiting/until.js';
import type { Scenario } from './scenario.js';

/** The README's start line, and the commands that it prints. */
export const startLine: Scenario = {
  name: 'start',
  what: 'npm start serves, the commands that it prints work as they are, and it ends with all its processes',
  missing: () => Promise.resolve(undefined),
  run: async () => {
    // The whole group, as Ctrl-C in a terminal does; then npm alone, as a supervisor does.
    await whileStarted(tryWhatIsPrinted, (group) => process.kill(-group, 'SIGINT'));
    await whileStarted(
      () => Promise.resolve(),
      (npm) => process.kill(npm, 'SIGTERM'),
    );
  },
};

/** Starts the service, uses it, ends it, and sees that no process is left. */
async function whileStarted(
  use: (printed: string, port: number) => Promise<void>,
  end: (pid: number) => void,
): Promise<void> {
  const port = await findFreePort();
  const start = spawn('npm', ['start', '--', '--port', String(port), '--metrics-port', String(await findFreePort())], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const { pid } = start;
  if (pid === undefined) throw new Error('npm cannot be started');
  let printed = '';
  start.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  try {
    await until(
      'npm start is ready',
      () => {
        if (start.exitCode !== null) throw new Error(`npm start ended with ${start.exitCode}:\n${printed}`);
        return printed.includes('all options:');
      },
      { describe: () => printed },
    );
    await use(printed, port);
    end(pid);
    await until('no process is left', async () => (await processesOf(pid)).length === 0, {
      describe: async () => (await processesOf(pid)).join('\n'),
    });
  } finally {
    // After a failure.
    if ((await processesOf(pid)).length > 0) process.kill(-pid, 'SIGKILL');
  }
}

async function tryWhatIsPrinted(printed: string, port: number): Promise<void> {
  const [analyze, compare, command] = commandsIn(printed);
  const faces = await answerOf(analyze);
  if (!/"Faces":\[\{"BoundingBox"/.test(faces)) throw new Error(`expected faces, got ${faces.slice(0, 300)}`);
  const comparison = await answerOf(compare);
  if (!/"SourceImageFace".*"FaceMatches"/.test(comparison))
    throw new Error(`expected a comparison, got ${comparison.slice(0, 300)}`);
  // 1 says that the photos show two people, as they do.
  const said = await answerOf(`${command}; [ $? -eq 1 ]`);
  if (!/similarity/i.test(said)) throw new Error(`expected a similarity, got ${said.slice(0, 300)}`);
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  if (!/<script type="module"/.test(page)) throw new Error(`expected the page, got ${page.slice(0, 300)}`);
}

/** The processes of a group, but for those that have ended and were not asked for their status yet. */
async function processesOf(group: number): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat=,pid=,args=']);
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${group} `) && !/^\d+ +Z/.test(line));
}

/** The commands of the announcement; a line that ends with a backslash goes on in the next. */
function commandsIn(text: string): [string, string, string] {
  const commands = text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(curl|printf|npx) /.test(line));
  const [analyze, compare, command] = commands;
  if (analyze === undefined || compare === undefined || command === undefined)
    throw new Error(`expected three commands to try, got ${commands.length}:\n${text}`);
  return [analyze, compare, command];
}

async function answerOf(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
