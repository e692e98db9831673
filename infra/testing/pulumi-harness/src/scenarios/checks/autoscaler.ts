import { isObject, objectAt } from '../../pulumi/json.js';
import { succeeded } from '../../pulumi/stack.js';
import type { Bench } from '../bench.js';
import { expect, expectNoChange } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

/** What the autoscaler makes of the CPU nodes. */
const DESIRED = 5;

/** Somebody else than Pulumi decides how many nodes there are. */
export const autoscaler: readonly Scenario[] = [
  {
    name: 'autoscaler',
    what: 'platform: the number of nodes belongs to the autoscaler: refresh and up leave it, and so does a change of the limits with up --refresh',
    run: async ({ shelf }) => {
      const bench = await shelf.with('platform');
      try {
        const stack = await bench.stack('platform');
        scaleCpuNodes(bench, DESIRED);
        succeeded(await stack.refresh());
        expectNoChange(await stack.up());
        expectNodes(bench);
        await stack.configure({ 'cpu.maxNodes': 8 });
        succeeded(await stack.up({ args: ['--refresh'] }));
        expectNodes(bench);
        await destroyAll(bench, 'platform');
        return `${DESIRED} nodes`;
      } finally {
        await bench.close();
      }
    },
  },
];

function cpuGroup({ world }: Bench): ReturnType<Bench['world']['existing']>[number] {
  const group = world.existing().find(({ row, name }) => row === 'eks/nodeGroup' && name.includes('cpu'));
  if (group === undefined) throw new Error('expected a node group named cpu in the account, found none');
  return group;
}

function scaleCpuNodes(bench: Bench, desiredSize: number): void {
  const group = cpuGroup(bench);
  for (const side of ['inputs', 'outputs'] as const) {
    const scalingConfig = group[side]['scalingConfig'];
    group[side] = { ...group[side], scalingConfig: { ...(isObject(scalingConfig) ? scalingConfig : {}), desiredSize } };
  }
}

function expectNodes(bench: Bench): void {
  const desired = objectAt(cpuGroup(bench).inputs, 'scalingConfig')?.['desiredSize'];
  expect(desired === DESIRED, `${DESIRED} nodes`, String(desired));
}
