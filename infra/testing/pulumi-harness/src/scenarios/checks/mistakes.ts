import type { ProgramName } from '../../timeline/timeline.js';
import { expect, expectFailure } from '../expect.js';
import type { Scenario } from '../scenario.js';

/** A wrong setting, and what the error must have. */
const MISTAKES: readonly {
  program: ProgramName;
  setting: Readonly<Record<string, unknown>>;
  said: readonly string[];
}[] = [
  {
    program: 'platform',
    setting: { 'gpu.maxNodes': 0 },
    said: ['gpu.maxNodes', 'pulumi config set --path gpu.maxNodes'],
  },
  { program: 'service', setting: { replica: 3 }, said: ['replica', 'replicas'] },
];

/** Settings that cannot work. */
export const mistakes: readonly Scenario[] = [
  {
    name: 'wrong-settings',
    what: 'a wrong setting is refused before anything is made, with its key and the fix and without a stack trace',
    run: async ({ shelf }) => {
      for (const { program, setting, said } of MISTAKES) {
        const bench = await shelf.before(program);
        try {
          const stack = await bench.stack(program);
          await stack.configure(setting);
          const before = bench.world.existing().length;
          const { output, ...refused } = await stack.up();
          expectFailure({ output, ...refused }, JSON.stringify(setting));
          for (const words of said) expect(output.includes(words), `"${words}" in the output`, output);
          expect(!/^\s+at .*:\d+:\d+\)?$/m.test(output), 'no stack trace', output);
          expect(bench.world.existing().length === before, 'nothing to be made', `${bench.world.existing().length}`);
        } finally {
          await bench.close();
        }
      }
      return MISTAKES.map(({ setting }) => Object.keys(setting).join()).join(', ');
    },
  },
];
