import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Cluster } from '../../cluster/index.js';
import type { Capacity, RecordsPage, Traffic } from '../driver/protocol.js';
import type { KubeApi } from './kube-api.js';
import { compiled, startToolPod, untilReady } from './tool-pod.js';

const PORT = 8090;
const NAME = 'driver';

const RecordsPageSchema = Type.Object({
  nowMs: Type.Number(),
  startedMs: Type.Number(),
  lost: Type.Integer(),
  unansweredSinceMs: Type.Union([Type.Number(), Type.Null()]),
  records: Type.Array(
    Type.Object({
      n: Type.Integer(),
      route: Type.Enum(['service', 'pin', 'pod']),
      who: Type.String(),
      sentMs: Type.Number(),
      receivedMs: Type.Number(),
      status: Type.Integer(),
      code: Type.Optional(Type.String()),
      version: Type.Optional(Type.String()),
      space: Type.Optional(Type.String()),
    }),
  ),
});

const CapacitySchema = Type.Object({ perSecond: Type.Number(), medianMs: Type.Number() });

/** The traffic driver in its pod. */
export class DriverPod {
  readonly #cluster: Cluster;
  readonly #api: KubeApi;
  readonly #namespace: string;

  private constructor(cluster: Cluster, api: KubeApi, namespace: string) {
    this.#cluster = cluster;
    this.#api = api;
    this.#namespace = namespace;
  }

  /**
   * @param image one with Node
   * @param photos folder with face.bmp and blank.bmp
   */
  static async start(
    cluster: Cluster,
    api: KubeApi,
    namespace: string,
    image: string,
    photos: string,
  ): Promise<DriverPod> {
    await startToolPod(cluster, {
      name: NAME,
      namespace,
      image,
      files: {
        ...(await compiled('driver')),
        ...(await sdkFiles()),
        'face.bmp': await readFile(join(photos, 'face.bmp')),
        'blank.bmp': await readFile(join(photos, 'blank.bmp')),
      },
      command: ['node', '/tool/main.js', '/tool', String(PORT)],
      port: PORT,
    });
    await untilReady(cluster, namespace, NAME);
    return new DriverPod(cluster, api, namespace);
  }

  /** Sends this from now on. */
  async send(traffic: Traffic): Promise<void> {
    await this.#api.post(this.#path('traffic'), traffic);
  }

  async records(after: number): Promise<RecordsPage> {
    const page = await this.#api.get(this.#path(`records?after=${after}`));
    if (!Value.Check(RecordsPageSchema, page)) throw new Error('the driver gave no page of records');
    return page;
  }

  async measureCapacity(traffic: Traffic): Promise<Capacity> {
    const capacity = await this.#api.post(this.#path('capacity'), traffic);
    if (!Value.Check(CapacitySchema, capacity)) throw new Error('the driver gave no capacity');
    return capacity;
  }

  /** Compares the photo with itself by the SDK, in the pod; what it prints. */
  async compareBySdk(baseUrl: string, key: string): Promise<string> {
    const photo = '/tool/face.bmp';
    const command = ['node', '/tool/compare-photos.js', baseUrl, key, photo, photo];
    return this.#cluster.kubectl(['exec', '-n', this.#namespace, NAME, '--', ...command]);
  }

  #path(rest: string): string {
    return `/api/v1/namespaces/${this.#namespace}/pods/${NAME}:${PORT}/proxy/${rest}`;
  }
}

/** The built SDK and the one package that it needs, as npm would install them. */
async function sdkFiles(): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  const add = async (from: string, to: string): Promise<void> => {
    files[`node_modules/${to}`] = await readFile(from);
  };
  await add('packages/client/package.json', '@face-comparison/client/package.json');
  await add('packages/client/dist/index.js', '@face-comparison/client/dist/index.js');
  await add('node_modules/openapi-fetch/package.json', 'openapi-fetch/package.json');
  await add('node_modules/openapi-fetch/dist/index.mjs', 'openapi-fetch/dist/index.mjs');
  return files;
}
