import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

async function processes(): Promise<ProcessLine[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parent = '', state = ''] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state };
    });
}

/** The processes that a process has started and that are alive. */
export async function childrenOf(pid: number): Promise<number[]> {
  const all = await processes();
  return all.filter(({ parent, state }) => parent === pid && !state.startsWith('Z')).map((child) => child.pid);
}

/** Those of the processes that are alive; one that has ended and was not waited for by its new parent is not. */
export async function alive(pids: readonly number[]): Promise<number[]> {
  const all = await processes();
  return all.filter(({ pid, state }) => pids.includes(pid) && !state.startsWith('Z')).map(({ pid }) => pid);
}
