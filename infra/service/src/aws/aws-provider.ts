import { Provider } from '@pulumi/aws/provider.js';

/** The one provider of all that is made on AWS: its region and the tags that everything carries. */
export function createAwsProvider(
  region: string,
  { stack, tags }: { stack: string; tags: Readonly<Record<string, string>> },
): Provider {
  return new Provider('aws', {
    region,
    defaultTags: {
      tags: { ...tags, Project: 'face-comparison', Stack: stack, ManagedBy: 'pulumi' },
    },
  });
}
