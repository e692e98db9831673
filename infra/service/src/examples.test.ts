import { readdirSync } from 'node:fs';
import { readSettings } from '@face-comparison/stack-config';
import { runtime } from '@pulumi/pulumi';
import { parse } from 'yaml';

import { projectFile } from './project-folder.js';
import { rules, SETTINGS } from './settings.js';

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

const FILES = readdirSync(`${__dirname}/..`).filter((name) => /^Pulumi\..+\.yaml$/.test(name));

describe('the example', () => {
  it('is there for trying, for CPUs, for GPUs and for any cluster', () => {
    expect(FILES).toEqual(
      expect.arrayContaining([
        'Pulumi.any-cluster.yaml',
        'Pulumi.dev.yaml',
        'Pulumi.prod-cpu.yaml',
        'Pulumi.prod-gpu.yaml',
      ]),
    );
  });

  it.each(['any-cluster', 'dev', 'prod-cpu', 'prod-gpu'])(
    'Pulumi.%s.yaml has settings that are accepted, once there is a key where it says so',
    async (stack) => {
      const text = projectFile(`Pulumi.${stack}.yaml`).toString('utf8');
      const { config } = parse(text) as StackFile;
      await runtime.setMocks(
        { newResource: () => ({ id: '', state: {} }), call: () => ({}) },
        'face-comparison-service',
        stack,
      );
      runtime.setAllConfig(
        Object.fromEntries(
          Object.entries(config).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        ),
      );
      const names = stack === 'any-cluster' ? [] : ['checkin'];
      const settings = readSettings(SETTINGS, { rules: rules(names), secrets: ['keys'] });
      expect(settings.target).toBe(stack === 'any-cluster' ? 'kubernetes' : 'aws');
      expect(text).toContain('pulumi config set --secret --path keys.checkin');
    },
  );
});
