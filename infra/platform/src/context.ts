import { getStack } from '@pulumi/pulumi';
import { Provider } from '@pulumi/aws/provider.js';

import type { Settings } from './settings.js';

/** What every part of the platform is made with. */
export interface Context {
  readonly settings: Settings;
  /** Name of the EKS cluster, known before there is one: log group and roles name it without waiting for it. */
  readonly clusterName: string;
  /** "aws", or "aws-cn" and "aws-us-gov" in the partitions of that name. */
  readonly partition: string;
  /** Tags of everything; for what the provider does not tag by itself, such as instances. */
  readonly tags: Readonly<Record<string, string>>;
  /** Options of every resource of AWS. */
  readonly aws: { readonly provider: Provider };
}

/** The one provider of AWS, in the region of the settings; it tags all that can be tagged. */
export function createContext(settings: Settings): Context {
  const stack = getStack();
  const tags = { Project: 'face-comparison', Stack: stack, ManagedBy: 'pulumi', ...settings.tags };
  const provider = new Provider(`${settings.name}-aws`, { region: settings.region, defaultTags: { tags } });
  return {
    settings,
    clusterName: clusterName(settings.name, stack),
    partition: partitionOf(settings.region),
    tags,
    aws: { provider },
  };
}

/** Stacks may be called what clusters may not: dots and capitals go. At most 100 characters, as EKS has it. */
function clusterName(name: string, stack: string): string {
  return `${name}-${stack.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`.slice(0, 100);
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) {
    return 'aws-cn';
  }
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
