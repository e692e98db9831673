import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { canMeasureProcesses, measureTree, parseCpuTicks, parsePssBytes, processTree } from './processes.js';

it('reads the proportional set size', () => {
  expect(parsePssBytes('Rss:            2048 kB\nPss:            1024 kB\nPss_Dirty:       10 kB\n')).toBe(1024 * 1024);
  expect(() => parsePssBytes('Rss: 1 kB\n')).toThrow('Pss');
});

it('reads CPU time although the name of the program holds brackets and spaces', () => {
  const fields = Array.from({ length: 30 }, (_, i) => i);
  expect(parseCpuTicks(`7 (a) b (c) ${fields.join(' ')}`)).toBe(11 + 12);
});

// Elsewhere there is no /proc, and the programs say that they do not measure.
(canMeasureProcesses() ? describe : describe.skip)('on Linux', () => {
  it('counts a process with its children', async () => {
    const child = fork(join(__dirname, '../../test/waiting-child.cjs'));
    try {
      await once(child, 'message');
      expect(processTree(process.pid)).toContain(child.pid);
      const both = measureTree(process.pid);
      const alone = measureTree(child.pid ?? 0);
      expect(both.processes).toBeGreaterThan(alone.processes);
      expect(both.pssBytes).toBeGreaterThan(alone.pssBytes);
      expect(alone.pssBytes).toBeGreaterThan(1e6);
      expect(both.cpuMs).toBeGreaterThan(0);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  it('finds nothing of a process that has ended', () => {
    expect(measureTree(2 ** 22 + 1)).toEqual({ pssBytes: 0, cpuMs: 0, processes: 0, pssByProcess: {} });
  });
});
