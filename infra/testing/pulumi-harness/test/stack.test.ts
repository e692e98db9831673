import { join } from 'node:path';
import { changeCount, changingSteps } from '../src/pulumi/event-log.js';
import { missingCli } from '../src/pulumi/cli-program.js';
import { Stack, succeeded } from '../src/pulumi/stack.js';
import { stackOutputs } from '../src/pulumi/state.js';
import { Workplace } from '../src/pulumi/workplace.js';
import { serveThings, type Things } from './trivial-provider.js';

const missing = missingCli();
const withCli = missing === undefined ? describe : describe.skip;

withCli(`a stack worked on by the real engine${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  const things: Things = new Map();
  let provider: Awaited<ReturnType<typeof serveThings>>;
  let workplace: Workplace;
  let stack: Stack;

  beforeAll(async () => {
    provider = await serveThings(things);
    workplace = await Workplace.open();
    stack = await Stack.create({
      workplace,
      projectFolder: join(__dirname, 'project'),
      project: 'engine-fixture',
      name: 'dev',
      providers: { trivial: provider.port },
    });
    await stack.configure({ size: 3 });
    await stack.configureSecret('password', 'correct horse');
  });

  afterAll(async () => {
    provider.close();
    await workplace.remove();
  });

  it('makes what the program says, and hands out its outputs and what it printed', async () => {
    const up = succeeded(await stack.up());

    expect(changingSteps(up.events).map(({ op, type }) => [op, type])).toEqual([
      ['create', 'pulumi:pulumi:Stack'],
      ['create', 'pulumi:providers:trivial'],
      ['create', 'trivial:index:Thing'],
      ['create', 'trivial:index:Thing'],
    ]);
    expect([...things.values()].map(({ size }) => size)).toEqual([3, 6]);
    expect(stackOutputs(await stack.state())).toEqual({ size: 12 });
    expect(up.programOutput).toContain('printed by the program');
    expect(up.output).toContain('printed by the program');
  });

  it('finds nothing to do the second time', async () => {
    expect(changeCount(succeeded(await stack.up()).events)).toBe(0);
  });

  it('knows who depends on whom', async () => {
    const { resources } = await stack.state();
    const [first, second] = ['first', 'second'].map((name) => resources.find(({ urn }) => urn.endsWith(`::${name}`)));

    expect(second?.dependencies).toEqual([first?.urn]);
  });

  it('writes no secret in clear', async () => {
    const { text } = await stack.state();

    expect(text).toContain('password');
    expect(text).not.toContain('correct horse');
  });

  it('tells of a program that fails by its message', async () => {
    await stack.configure({ size: 'many' });
    const up = await stack.up();
    await stack.configure({ size: 3 });

    expect(up.exitCode).not.toBe(0);
    expect(up.output).toContain('is not a valid number');
  });

  it('leaves nothing after a destroy', async () => {
    const copy = await workplace.copy();
    const copied = await Stack.open({ ...stack.options, workplace: copy });
    succeeded(await copied.destroy());

    expect((await copied.state()).resources).toEqual([]);
    expect((await stack.state()).resources).toHaveLength(4);
    expect(things.size).toBe(0);
    await copy.remove();
  });
});
