import { captureGraph, type ResourceGraph } from '@face-comparison/resource-graph';
import { secret } from '@pulumi/pulumi';

import type { FirstComparisonOptions } from '../src/first-comparison/first-comparison.js';
import { createService } from '../src/service.js';
import type { Case } from './arbitrary-settings.js';
import { PLATFORM } from './platform.js';

export interface Run {
  readonly graph: ResourceGraph;
  /** What was compared, in order. */
  readonly comparisons: readonly FirstComparisonOptions[];
}

/** The key of a client. Nothing else in the program looks like it. */
export function keyOf(client: string): string {
  return `KEY-OF-${client}-0123456789`;
}

/** Runs the program without an engine. */
export async function runService(
  { settings, clientNames, credentials }: Case & { readonly credentials?: string },
  preview = false,
): Promise<Run> {
  const comparisons: FirstComparisonOptions[] = [];
  const graph = await captureGraph(
    async () => ({
      ...(await createService({
        settings,
        stack: 'test',
        keys:
          clientNames.length === 0
            ? undefined
            : {
                names: [...clientNames].sort(),
                values: secret(Object.fromEntries(clientNames.map((name) => [name, keyOf(name)]))),
              },
        registryCredentials: credentials === undefined ? undefined : secret(credentials),
        platform: settings.target === 'aws' ? PLATFORM : undefined,
        compare: (options) => {
          comparisons.push(options);
          return Promise.resolve({ faceModelVersion: '2.0.0' });
        },
      })),
    }),
    {
      project: 'face-comparison-service',
      stack: 'test',
      preview,
      outputs: ({ type, name }) => OUTPUTS[type]?.(name) ?? {},
    },
  );
  return { graph, comparisons };
}

/** What AWS would add, as far as the program hands it on. */
const OUTPUTS: Readonly<Record<string, (name: string) => Readonly<Record<string, unknown>>>> = {
  'aws:apigateway/restApi:RestApi': (name) => ({ id: 'api1', name: `${name}-1a2b3c4` }),
  'aws:apigateway/stage:Stage': () => ({
    arn: 'arn:aws:apigateway:eu-central-1::/restapis/api1/stages/api',
    invokeUrl: 'https://api1.execute-api.eu-central-1.amazonaws.com/api',
  }),
  'aws:apigatewayv2/vpcLink:VpcLink': () => ({ id: 'link1' }),
  'aws:cloudwatch/logGroup:LogGroup': (name) => ({ arn: `arn:aws:logs:eu-central-1:123456789012:log-group:${name}` }),
  'aws:iam/role:Role': (name) => ({ name, arn: `arn:aws:iam::123456789012:role/${name}` }),
  'aws:wafv2/webAcl:WebAcl': (name) => ({ arn: `arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/${name}/1` }),
  'aws:apigateway/domainName:DomainName': () => ({
    regionalDomainName: 'd-1.execute-api.eu-central-1.amazonaws.com',
    regionalZoneId: 'Z1',
  }),
};
