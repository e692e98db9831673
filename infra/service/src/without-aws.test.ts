import { settingsWith } from '../test/arbitrary-settings.js';
import { runService } from '../test/run-service.js';

// Every resource of @pulumi/aws loads this file.
jest.mock('@pulumi/aws/utilities.js', () => {
  throw new Error('@pulumi/aws was loaded');
});

describe('the SDK of AWS', () => {
  it('is not loaded with target kubernetes', async () => {
    const { graph } = await runService({ settings: settingsWith({ target: 'kubernetes' }), clientNames: [] });
    expect(graph.ofType(/^kubernetes:/).length).toBeGreaterThan(3);
  });

  it('is loaded with target aws', async () => {
    await expect(runService({ settings: settingsWith({ target: 'aws' }), clientNames: ['checkin'] })).rejects.toThrow(
      '@pulumi/aws was loaded',
    );
  });
});
