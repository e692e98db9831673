import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Cores this process may use: those it may be scheduled on, cut to the CPU quota of its cgroup (version 1 or 2), rounded
 * down, at least one. A container with `limits.cpu: 2` on a machine with 64 cores has two.
 *
 * Down, since what remains of a quota of 2.5 is not lost: the HTTP process uses it. With a third lane at work the kernel would
 * stop all of them for a sixth of the time, in the middle of whatever they do.
 *
 * @param read reads a file or throws; for tests
 */
export function usableCores(
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
  parallelism: number = availableParallelism(),
): number {
  const quota = cgroupQuota(read);
  return Math.max(1, Math.min(parallelism, quota === undefined ? parallelism : Math.floor(quota)));
}

function cgroupQuota(read: (path: string) => string): number | undefined {
  const tryRead = (path: string): string | undefined => {
    try {
      return read(path).trim();
    } catch {
      return undefined; // no such controller here
    }
  };
  const [v2Quota, v2Period] = tryRead('/sys/fs/cgroup/cpu.max')?.split(' ') ?? [];
  const quota = v2Quota ?? tryRead('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const period = v2Period ?? tryRead('/sys/fs/cgroup/cpu/cpu.cfs_period_us');
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}
