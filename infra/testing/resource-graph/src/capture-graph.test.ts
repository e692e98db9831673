import { ComponentResource, CustomResource, ProviderResource, secret, type Input, type Output } from '@pulumi/pulumi';
import { runtime, Config, StackReference, type CustomResourceOptions } from '@pulumi/pulumi';

import { captureGraph } from './capture-graph.js';

class Thing extends CustomResource {
  declare readonly arn: Output<string>;
  constructor(name: string, inputs: Record<string, Input<unknown>> = {}, options: CustomResourceOptions = {}) {
    super('test:index:Thing', name, { ...inputs, arn: undefined }, options);
  }
}

class TestProvider extends ProviderResource {
  constructor() {
    super('test', 'provider');
  }
}

class Group extends ComponentResource {
  constructor(name: string) {
    super('test:index:Group', name);
    new Thing(`${name}-member`, {}, { parent: this });
  }
}

const Names = (things: readonly { name: string }[]): string[] => things.map(({ name }) => name).sort();

describe('captureGraph', () => {
  it('sees what an input needs, what dependsOn names, the provider, the parent and deletedWith', async () => {
    const graph = await captureGraph(
      () => {
        const provider = new TestProvider();
        const base = new Thing('base', {}, { provider });
        const group = new Group('group');
        new Thing('by-input', { of: base.arn });
        new Thing('by-option', {}, { dependsOn: [base, group] });
        new Thing('with', {}, { deletedWith: base });
      },
      { outputs: ({ name }) => ({ arn: `arn:${name}` }) },
    );
    const needs = (name: string): string[] => Names(graph.needs(graph.get('test:index:Thing', name)));
    expect(needs('base')).toEqual(['project-stack', 'provider']);
    expect(needs('by-input')).toEqual(['base', 'project-stack']);
    // The SDK names the members of a component that is waited for, and not the component.
    expect(needs('by-option')).toEqual(['base', 'group-member', 'project-stack']);
    expect(needs('with')).toEqual(['base', 'project-stack']);
    expect(needs('group-member')).toEqual(['group']);
    expect(graph.get('test:index:Thing', 'by-input').inputDependencies).toEqual({
      of: [graph.get('test:index:Thing', 'base').urn],
    });
  });

  it('keeps the inputs and the options of a resource', async () => {
    const graph = await captureGraph(() => {
      new Thing(
        'a',
        { size: 3, token: secret('hunter2'), list: [{ inner: secret('x') }] },
        {
          ignoreChanges: ['size'],
          retainOnDelete: true,
          protect: true,
          customTimeouts: { delete: '5m' },
          additionalSecretOutputs: ['key'],
        },
      );
    });
    const thing = graph.get('test:index:Thing', 'a');
    expect(thing.inputs).toEqual({ size: 3, token: 'hunter2', list: [{ inner: 'x' }] });
    expect(Names(thing.secretInputs.map((name) => ({ name })))).toEqual(['list', 'token']);
    expect(thing.secretOutputs).toEqual(['key']);
    expect(thing.ignoreChanges).toEqual(['size']);
    expect([thing.retainOnDelete, thing.protect, thing.custom]).toEqual([true, true, true]);
    expect(thing.timeouts.delete).toMatch(/^5m/);
  });

  it('gives the program the outputs that a provider would give', async () => {
    const graph = await captureGraph(
      () => ({
        arn: new Thing('a').arn,
        id: new Thing('b').id,
        project: new Config().name,
        set: runtime.getConfig('p:k'),
      }),
      {
        project: 'p',
        config: { 'p:k': 'v' },
        outputs: ({ name }) => ({ arn: `arn:${name}`, ...(name === 'b' ? { id: 'i-1' } : {}) }),
      },
    );
    expect(graph.outputs).toEqual({ arn: 'arn:a', id: 'i-1', project: 'p', set: 'v' });
  });

  it('knows what was only read, such as another stack', async () => {
    const graph = await captureGraph(() => ({ url: new StackReference('org/p/s').requireOutput('url') }), {
      outputs: ({ type }) => (type === 'pulumi:pulumi:StackReference' ? { outputs: { url: 'http://x' } } : {}),
    });
    expect(graph.outputs).toEqual({ url: 'http://x' });
    expect(graph.get('pulumi:pulumi:StackReference', 'org/p/s').external).toBe(true);
    expect(graph.destroyWaves()).toEqual([]);
  });

  it('names a function of a provider that has no answer', async () => {
    const program = (): unknown => ({ x: runtime.invoke('aws:index/getRegion:getRegion', {}) });
    await expect(captureGraph(program)).rejects.toThrow(
      'the program called aws:index/getRegion:getRegion: give an answer',
    );
    const graph = await captureGraph(program, {
      functions: { 'aws:index/getRegion:getRegion': () => ({ name: 'r' }) },
    });
    expect(graph.outputs).toEqual({ x: { name: 'r' } });
  });

  it('throws what the program throws, and runs the next program afresh', async () => {
    await expect(captureGraph(() => Promise.reject(new Error('no region')))).rejects.toThrow('no region');
    const graph = await captureGraph(() => ({ urn: new Thing('only').urn }));
    expect(Names(graph.ofType('test:index:Thing'))).toEqual(['only']);
  });
});
