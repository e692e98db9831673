import { homedir } from 'node:os';
import { all, output, runtime, unsecret, type Output, type Resource } from '@pulumi/pulumi';

import type { ClientKeys } from './client-keys.js';
import { estimateCost, type CostEstimate } from './cost.js';
import type { Credentials } from './first-comparison/comparison-request.js';
import {
  compareForTheFirstTime,
  type FirstComparison,
  type FirstComparisonOptions,
} from './first-comparison/first-comparison.js';
import { STAGE } from './gateway/stage-name.js';
import { isObject, type JsonObject } from './json.js';
import { createKubernetesProvider, kubeconfigPath } from './kubernetes/kubernetes-provider.js';
import { OPERATOR } from './kubernetes/operator.js';
import { createWorkload } from './kubernetes/workload.js';
import type { PlatformOutputs } from './platform-outputs.js';
import { projectFile, projectFolder } from './project-folder.js';
import { mayCompare, type Settings } from './settings.js';

export interface ServiceArgs {
  readonly settings: Settings;
  /** Name of the stack, for the tags. */
  readonly stack: string;
  readonly keys: ClientKeys | undefined;
  /** Content of a Docker config.json, where the registry of the images asks for credentials. */
  readonly registryCredentials: Output<string> | undefined;
  /** With target aws. */
  readonly platform: PlatformOutputs | undefined;
  /** Compares two photos through an address. Default: over HTTP. */
  readonly compare?: (options: FirstComparisonOptions) => Promise<FirstComparison>;
}

/** What the stack says of itself. */
export interface ServiceOutputs {
  /** Where clients call; undefined where the service is only reached inside the cluster. */
  readonly url?: Output<string>;
  /** Version of the model that answered the first comparison, or why there was none. */
  readonly faceModelVersion: Output<string>;
  readonly namespace: string;
  readonly name: string;
  /** How a caller shows who it is. */
  readonly access: string;
  /** Where a record of the custom domain must lead. */
  readonly domainTarget?: Output<string>;
  readonly cost: CostEstimate;
}

/** Everything of a stack of face-comparison-service. */
export async function createService(args: ServiceArgs): Promise<ServiceOutputs> {
  const { platform } = args;
  return platform === undefined ? onKubernetes(args) : await onAws(args, platform);
}

/** On a cluster that somebody else runs. */
function onKubernetes(args: ServiceArgs): ServiceOutputs {
  const { settings, keys } = args;
  const { kubeconfig, context, nodePort, url } = settings.kubernetes;
  const ready = createWorkload(
    {
      settings,
      keys,
      registryCredentials: args.registryCredentials,
      operatorImage: settings.operator.image,
      serverImage: settings.image,
      nodePort,
      s3Region: undefined,
      pathPrefix: undefined,
      podsNeed: [],
    },
    {
      provider: createKubernetesProvider({
        kubeconfig:
          kubeconfig === undefined
            ? undefined
            : kubeconfigPath(kubeconfig, { home: homedir(), project: projectFolder() }),
        context,
      }),
    },
  );
  const address = url === undefined ? undefined : afterwards(url, [ready]);
  return {
    ...(address === undefined ? {} : { url: address }),
    faceModelVersion:
      address === undefined
        ? afterwards('unknown: the FaceComparison is Ready, but kubernetes.url is not set, so nothing was compared', [
            ready,
          ])
        : firstAnswer(args, address, keyOf(args)),
    namespace: settings.namespace,
    name: settings.name,
    access: accessByKey(keys) ?? 'nobody is asked for a key',
    cost: estimateCost(settings, undefined),
  };
}

/** On the cluster of the platform, with the gateway in front. */
async function onAws(args: ServiceArgs, platform: PlatformOutputs): Promise<ServiceOutputs> {
  const { settings, stack, keys } = args;
  const { authentication } = settings.gateway;
  // The SDK of AWS is not loaded where it is not needed.
  const [{ createAwsProvider }, { createPodIdentities }, { createGateway }] = await Promise.all([
    import('./aws/aws-provider.js'),
    import('./aws/pod-identities.js'),
    import('./gateway/gateway.js'),
  ]);
  const aws = { provider: createAwsProvider(platform.region, { stack, tags: settings.tags }) };
  const podsNeed = createPodIdentities(
    { ...(settings.operator.install ? { operator: OPERATOR } : {}), pods: settings.name },
    settings.namespace,
    platform,
    aws,
  );
  const ready = createWorkload(
    {
      settings,
      keys,
      registryCredentials: args.registryCredentials,
      operatorImage: settings.operator.image ?? platform.operatorRepository,
      serverImage: settings.image ?? serverImageOf(settings, platform),
      nodePort: platform.nodePort,
      s3Region: platform.region,
      pathPrefix: `/${STAGE}`,
      podsNeed,
    },
    { provider: createKubernetesProvider({ kubeconfig: platform.kubeconfig, context: undefined }) },
  );
  const gateway = createGateway({ settings, platform, contract: readContract(), keys }, aws);
  const needs = [ready, ...gateway.needs];
  const credentials: Output<Credentials> =
    authentication === 'AWS_IAM' ? output({ kind: 'aws', region: platform.region }) : keyOf(args);
  return {
    url: afterwards(gateway.url, needs),
    faceModelVersion: firstAnswer(args, afterwards(gateway.callable, needs), credentials),
    namespace: settings.namespace,
    name: settings.name,
    access:
      accessByKey(keys) ??
      (authentication === 'AWS_IAM'
        ? 'sign with Signature Version 4 for execute-api, as an identity of the account that may execute-api:Invoke'
        : 'everybody may call'),
    ...(gateway.domainTarget === undefined ? {} : { domainTarget: gateway.domainTarget }),
    cost: estimateCost(settings, platform),
  };
}

/** A value that is there once `needs` are. */
function afterwards(value: Output<string> | string, needs: readonly Resource[]): Output<string> {
  return all([value, all(needs.map(({ urn }) => urn))]).apply(([first]) => first);
}

/** What answers a comparison through the address. Not in a preview, and not where the settings say not to wait. */
function firstAnswer(
  { settings, compare = compareForTheFirstTime }: ServiceArgs,
  address: Output<string>,
  credentials: Output<Credentials>,
): Output<string> {
  const { wait, seconds } = settings.firstComparison;
  if (!wait) return address.apply(() => 'unknown: firstComparison.wait is false, so nothing was compared');
  if (runtime.isDryRun()) return address.apply(() => 'known once two photos are compared');
  const answer = all([address, credentials]).apply(([url, shown]) =>
    compare({ url, credentials: shown, deadlineMs: seconds * 1000 }),
  );
  // The key is a secret and makes all that comes of it one; a version of a model is none.
  return unsecret(answer.apply(({ faceModelVersion }) => faceModelVersion));
}

/** The key of the first client that may compare. */
function keyOf({ settings, keys }: ServiceArgs): Output<Credentials> {
  const client = keys?.names.find((name) => mayCompare(settings.clients[name]));
  if (keys === undefined || client === undefined) return output<Credentials>({ kind: 'none' });
  return keys.values.apply((values): Credentials => ({ kind: 'key', key: values[client] ?? '' }));
}

function accessByKey(keys: ClientKeys | undefined): string | undefined {
  if (keys === undefined) return undefined;
  return `X-Api-Key: KEY, where KEY is told by: ${keys.names.map((name) => `pulumi config get --path keys.${name}`).join(', or ')}`;
}

/** The image in the registry of the platform; its tag is the version of the chart unless it is another image, that of GPUs. */
function serverImageOf({ accelerator }: Settings, { serverRepository }: PlatformOutputs): string {
  return accelerator === 'nvidia' ? `${serverRepository}:${version()}-gpu` : `${serverRepository}:${version()}`;
}

/** Version of the packages, of the chart and of the images: they go together. */
function version(): string {
  const text: unknown = JSON.parse(projectFile('package.json').toString('utf8'));
  return isObject(text) && typeof text['version'] === 'string' ? text['version'] : '';
}

function readContract(): JsonObject {
  const document: unknown = JSON.parse(projectFile('../../packages/contract/openapi.json').toString('utf8'));
  return isObject(document) ? document : {};
}
