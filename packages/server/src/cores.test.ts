import { usableCores } from './cores.js';

const files = (contents: Readonly<Record<string, string>>) => (path: string) => {
  const text = contents[path];
  if (text === undefined) throw new Error('ENOENT');
  return text;
};

const V2 = '/sys/fs/cgroup/cpu.max';
const V1_QUOTA = '/sys/fs/cgroup/cpu/cpu.cfs_quota_us';
const V1_PERIOD = '/sys/fs/cgroup/cpu/cpu.cfs_period_us';

it.each<[string, Record<string, string>, number, number]>([
  ['two cores of a large machine', { [V2]: '200000 100000\n' }, 64, 2],
  ['two and a half, rounded down', { [V2]: '250000 100000' }, 64, 2],
  ['one and a half is one', { [V2]: '150000 100000' }, 64, 1],
  ['half a core is one', { [V2]: '50000 100000' }, 64, 1],
  ['no limit', { [V2]: 'max 100000' }, 8, 8],
  ['a limit above what the machine has', { [V2]: '6400000 100000' }, 8, 8],
  ['no cgroup at all', {}, 8, 8],
  ['three cores by cgroup version 1', { [V1_QUOTA]: '300000\n', [V1_PERIOD]: '100000\n' }, 64, 3],
  ['no limit by cgroup version 1', { [V1_QUOTA]: '-1', [V1_PERIOD]: '100000' }, 8, 8],
  ['a file that cannot be understood', { [V2]: '' }, 8, 8],
])('%s', (_what, contents, machine, expected) => {
  expect(usableCores(files(contents), machine)).toBe(expected);
});
