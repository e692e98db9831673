import { parseState, stackOutputs } from './state.js';

const state = parseState(
  JSON.stringify({
    version: 3,
    checkpoint: {
      latest: {
        resources: [
          { urn: 'urn:stack', type: 'pulumi:pulumi:Stack', custom: false, outputs: { url: 'http://x' } },
          {
            urn: 'urn:node',
            type: 'aws:eks/nodeGroup:NodeGroup',
            custom: true,
            id: 'node-1',
            parent: 'urn:stack',
            provider: 'urn:pulumi:dev::project::pulumi:providers:aws::main::0a1b',
            dependencies: ['urn:cluster'],
            propertyDependencies: { clusterName: ['urn:cluster'], subnetIds: ['urn:subnet'] },
            deletedWith: 'urn:vpc',
            initErrors: ['no capacity'],
          },
        ],
        pending_operations: [{ type: 'creating', resource: { urn: 'urn:gpu' } }],
      },
    },
  }),
);

describe('a state', () => {
  it('tells what a resource must not outlive, each once', () => {
    expect(state.resources[1]?.dependencies).toEqual(['urn:cluster', 'urn:subnet', 'urn:vpc']);
  });

  it('tells the URN of the provider without its id', () => {
    expect(state.resources[1]?.provider).toBe('urn:pulumi:dev::project::pulumi:providers:aws::main');
  });

  it('tells what failed, and what nobody knows the end of', () => {
    expect(state.resources[1]?.initErrors).toEqual(['no capacity']);
    expect(state.pendingOperations).toEqual(['creating urn:gpu']);
  });

  it('has the outputs of the stack', () => {
    expect(stackOutputs(state)).toEqual({ url: 'http://x' });
  });

  it('of a stack that was never deployed is empty', () => {
    expect(parseState('{"version":3,"checkpoint":{"latest":null}}').resources).toEqual([]);
  });
});
