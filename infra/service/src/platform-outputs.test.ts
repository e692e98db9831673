import { captureGraph } from '@face-comparison/resource-graph';

import { parsePlatform, readPlatform, type PlatformOutputs } from './platform-outputs.js';
import { PLATFORM } from '../test/platform.js';

const STACK = 'organization/face-comparison-platform/dev';

/** What readPlatform makes of a stack with these outputs. */
async function read(outputs: object): Promise<PlatformOutputs | undefined> {
  let platform: PlatformOutputs | undefined;
  await captureGraph(
    async () => {
      platform = await readPlatform(STACK);
    },
    {
      outputs: ({ type }) => (type === 'pulumi:pulumi:StackReference' ? { outputs } : {}),
      functions: { 'pulumi:pulumi:readStackOutputs': () => ({ outputs }) },
    },
  );
  return platform;
}

describe('the outputs of the platform', () => {
  it('are read from the stack that is named, and what is not needed is left out', async () => {
    expect(await read({ ...PLATFORM, vpcId: 'vpc-1' })).toEqual(PLATFORM);
  });

  it('are asked for where the stack was never brought up', async () => {
    await expect(read({})).rejects.toThrow(
      `The stack ${STACK} has no outputs. The platform must be brought up before the service: in infra/platform, pulumi up --stack dev.`,
    );
  });

  it('of another version are named', () => {
    const { nodePort, kubeconfig, ...rest } = PLATFORM;
    expect(() => parsePlatform(STACK, { ...rest, nodePort: `${nodePort}` })).toThrow(
      /was brought up by another version of face-comparison-platform: (nodePort, kubeconfig|kubeconfig, nodePort) are missing or of another type/,
    );
    expect(kubeconfig).toBeDefined();
  });
});
