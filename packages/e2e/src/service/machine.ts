import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What a figure was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  /** Instruction sets that decide how fast int8 and float32 run. */
  readonly simd: readonly string[];
  readonly date: string;
}

const TELLING_FLAGS = ['avx2', 'avx512f', 'avx512_vnni', 'avx_vnni', 'amx_int8', 'asimd', 'asimddp', 'i8mm'];

/** Describes this machine. */
export function describeMachine(now: Date): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${process.arch}`,
    node: process.version,
    simd: cpuFlags().filter((flag) => TELLING_FLAGS.includes(flag)),
    date: now.toISOString().slice(0, 10),
  };
}

/** One line for the foot of a figure. */
export function machineLine(machine: Machine): string {
  const simd = machine.simd.length > 0 ? ` (${machine.simd.join(', ')})` : '';
  return `${machine.cores} cores of ${machine.cpu}${simd}, ${machine.os}, Node ${machine.node}, ${machine.date}`;
}

function cpuFlags(): string[] {
  if (process.platform !== 'linux') return [];
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  return [...new Set(line.trim().split(/\s+/))];
}
