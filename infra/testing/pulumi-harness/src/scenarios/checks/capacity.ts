import { succeeded } from '../../pulumi/stack.js';
import { expect, expectFailure, inventory } from '../expect.js';
import type { Scenario } from '../scenario.js';
import { destroyAll } from './life.js';

/** The instance types that the platform asks for by default. */
const GPUS = ['g4dn.xlarge', 'g5.xlarge', 'g6.xlarge'];

/** AWS without GPUs, here or everywhere. */
export const capacity: readonly Scenario[] = [
  {
    name: 'no-gpu-in-a-zone',
    what: 'platform: up completes when one zone has no GPU left, and when two of three types of instances are gone',
    run: async ({ shelf }) => {
      const bench = await shelf.before('platform');
      try {
        for (const instanceType of GPUS) bench.world.capacity.lack({ instanceType, zone: 'eu-central-1a' });
        for (const instanceType of GPUS.slice(0, 2)) bench.world.capacity.lack({ instanceType });
        succeeded(await (await bench.stack('platform')).up());
        await destroyAll(bench, 'platform');
        return `only ${GPUS.slice(2).join()} in other zones than the first`;
      } finally {
        await bench.close();
      }
    },
  },
  {
    name: 'no-gpu-anywhere',
    what: 'platform: up fails and says why when AWS has no GPU; once it has, up --replace of the failed group completes it, and destroy leaves nothing',
    run: async ({ shelf }) => {
      const { bench: reference } = await shelf.ready('platform');
      const bench = await shelf.before('platform');
      try {
        const stack = await bench.stack('platform');
        for (const instanceType of GPUS) bench.world.capacity.lack({ instanceType });
        const failed = await stack.up();
        expectFailure(failed, 'there is no GPU');
        expect(/capacity/i.test(failed.output), 'the word "capacity" in the output', failed.output);
        bench.world.capacity.restore();
        // AWS heals no group that failed, and an update of one is refused: it has to be replaced by name.
        const group = failed.events.failed.find(({ type }) => type === 'aws:eks/nodeGroup:NodeGroup');
        expect(group !== undefined, 'the node group of GPUs to fail', failed.output);
        succeeded(await stack.up({ args: ['--replace', group?.urn ?? ''] }));
        const wanted = inventory(reference);
        expect(inventory(bench) === wanted, `the account of an up with GPUs:\n${wanted}\n`, `\n${inventory(bench)}`);
        await destroyAll(bench, 'platform');
        return 'failed, then completed';
      } finally {
        await bench.close();
      }
    },
  },
];
