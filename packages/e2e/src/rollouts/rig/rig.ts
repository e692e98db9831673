import { join } from 'node:path';
import { buildImages, openCluster, type Cluster } from '../../cluster/index.js';
import { makeBundles, readBundle, type LocalBundle } from '../bundles/make-bundles.js';
import { writePhotos } from '../photos.js';
import { DriverPod } from './driver-pod.js';
import { KubeApi } from './kube-api.js';
import { startModelStore, STORE_ENVIRONMENT, STORE_REGION } from './model-store.js';
import { applyAll } from './tool-pod.js';
import { PATIENCE } from './patience.js';

/** Where the operator is installed. */
export const OPERATOR_NAMESPACE = 'face-comparison';
/** Of the chart, and so the name of its Deployment and of its lease. */
export const RELEASE = 'face-comparison-operator';
/** The model store and the traffic driver live here: they outlive the namespaces of scenarios. */
const TOOLS_NAMESPACE = 'rollout-tools';
/** Scenarios make these; whatever an earlier run left of them is deleted first. */
export const NAMESPACES = ['rollouts', 'rollouts-gone'] as const;

const CHART = 'charts/face-comparison-operator';
const CACHE = '.cache/rollouts';
/** Bundles that are taken as they are, by the names of their FaceModels. */
const MODELS = {
  default: 'models/default',
  'default-int8': 'models/default-int8',
  lite: '.cache/models/lite',
} as const;

/** What all scenarios share: a cluster with the images, a store with the bundles, the operator, and a driver of traffic. */
export interface Rig {
  readonly cluster: Cluster;
  readonly api: KubeApi;
  readonly driver: DriverPod;
  readonly serverImage: string;
  /** Of the model store. */
  readonly endpoint: string;
  /** By name: `default`, `default-int8` (comparable with it), `lite` (of another space), and those of `makeBundles`. */
  readonly bundles: ReadonlyMap<string, LocalBundle>;
  /** Installs the operator, or upgrades it to other values (`--set`); resolves when its pods are ready. */
  install(values?: readonly string[]): Promise<void>;
  /** Deletes everything that was put into the cluster, except the CRDs and the images. */
  close(): Promise<void>;
}

/** @throws Error saying what could not be made ready */
export async function openRig(): Promise<Rig> {
  const cluster = await openCluster();
  const images = await buildImages();
  for (const image of [images.server, images.operator]) await cluster.loadImage(image);
  const photos = join(CACHE, 'photos');
  await writePhotos(photos);
  const bundles = new Map<string, LocalBundle>(await makeBundles(MODELS.default, join(CACHE, 'bundles')));
  for (const [name, folder] of Object.entries(MODELS)) bundles.set(name, await readBundle(name, folder));
  await clean(cluster);
  await applyAll(cluster, [namespaceOf(TOOLS_NAMESPACE)]);
  const serverImage = images.server.name;
  const stored = [...bundles.values()].filter(({ name }) => name !== 'default');
  const { endpoint } = await startModelStore(cluster, TOOLS_NAMESPACE, serverImage, stored, join(CACHE, 'store'));
  const api = await KubeApi.open(cluster);
  const driver = await DriverPod.start(cluster, api, TOOLS_NAMESPACE, serverImage, photos);
  return {
    ...{ cluster, api, driver, serverImage, endpoint, bundles },
    install: (values = []) => install(cluster, chartValues(images.operator.name, serverImage, endpoint), values),
    close: async () => {
      api.close();
      await clean(cluster);
    },
  };
}

/** A namespace with the strictest Pod Security Standard. */
export function namespaceOf(name: string): object {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** The operator reads manifests from the same store as the pods, with the same credentials. */
function chartValues(operatorImage: string, serverImage: string, endpoint: string): Record<string, string> {
  const environment = STORE_ENVIRONMENT.map(({ name, value }, i) => [
    [`env[${i}].name`, name],
    [`env[${i}].value`, value],
  ]).flat();
  return {
    ...imageValues('image', operatorImage),
    ...imageValues('serverImage', serverImage),
    poll: '500ms',
    's3.endpoint': endpoint,
    's3.region': STORE_REGION,
    ...(Object.fromEntries(environment) as Record<string, string>),
  };
}

function imageValues(prefix: string, image: string): Record<string, string> {
  const at = image.lastIndexOf(':');
  return { [`${prefix}.repository`]: image.slice(0, at), [`${prefix}.tag`]: image.slice(at + 1) };
}

async function install(
  cluster: Cluster,
  values: Readonly<Record<string, string>>,
  more: readonly string[],
): Promise<void> {
  const all = [...Object.entries(values).map(([name, value]) => `${name}=${value}`), ...more];
  const where = ['--namespace', OPERATOR_NAMESPACE, '--create-namespace', '--wait', '--timeout', PATIENCE];
  const sets = all.flatMap((value) => ['--set', value]);
  await cluster.helm(['upgrade', '--install', RELEASE, CHART, ...where, ...sets]);
}

async function clean(cluster: Cluster): Promise<void> {
  const gone = ['--ignore-not-found', `--timeout=${PATIENCE}`];
  await cluster.kubectl(['delete', 'namespace', ...NAMESPACES, TOOLS_NAMESPACE, ...gone]);
  await cluster.helm(['uninstall', RELEASE, '--namespace', OPERATOR_NAMESPACE, '--ignore-not-found', '--wait']);
  await cluster.kubectl(['delete', 'namespace', OPERATOR_NAMESPACE, ...gone]);
}
