import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What the processes of a tree use together. Linux only: it is read from /proc. */
export interface ResourceUse {
  /** Proportional set size: shared pages are divided by the number of processes that share them. */
  readonly pssBytes: number;
  /** User and system time since each process started. */
  readonly cpuMs: number;
  readonly processes: number;
  readonly pssByProcess: Readonly<Record<number, number>>;
}

/** Whether this system tells what processes use. */
export function canMeasureProcesses(): boolean {
  return process.platform === 'linux';
}

/** The process and all its descendants; empty when it has ended. */
export function processTree(pid: number): number[] {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined; // it ended between two looks
    }
  };
  if (read(`/proc/${pid}/stat`) === undefined) return [];
  const threads = tryReaddir(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter((text) => text !== ''),
  );
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

/** Measures a process and all its descendants now. */
export function measureTree(pid: number): ResourceUse {
  const uses = processTree(pid).flatMap((member) => {
    try {
      const pss = parsePssBytes(readFileSync(`/proc/${member}/smaps_rollup`, 'utf8'));
      const ticks = parseCpuTicks(readFileSync(`/proc/${member}/stat`, 'utf8'));
      return [{ member, pss, cpuMs: (1000 * ticks) / clockTicksPerSecond() }];
    } catch {
      return []; // it ended between two looks
    }
  });
  return {
    pssBytes: uses.reduce((sum, use) => sum + use.pss, 0),
    cpuMs: uses.reduce((sum, use) => sum + use.cpuMs, 0),
    processes: uses.length,
    pssByProcess: Object.fromEntries(uses.map((use) => [use.member, use.pss])),
  };
}

/** The `Pss:` line of /proc/PID/smaps_rollup, in bytes. */
export function parsePssBytes(smapsRollup: string): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(smapsRollup)?.[1];
  if (kilobytes === undefined) throw new Error('smaps_rollup holds no line "Pss: N kB"');
  return 1024 * Number(kilobytes);
}

/** utime + stime of /proc/PID/stat in clock ticks; the program's name, in brackets, may hold spaces and brackets. */
export function parseCpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

let ticksPerSecond: number | undefined;

function clockTicksPerSecond(): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticksPerSecond;
}

function tryReaddir(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
