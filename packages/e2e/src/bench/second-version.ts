import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HEADERS, type ServingPlan } from '@face-comparison/contract';
import { readManifest } from '../service/manifest.js';
import { measureTree } from '../service/processes.js';
import { until } from '../waiting/until.js';
import { post, warmUp, type Scenario } from './scenario.js';
import { makeCacheDir, startForMeasuring, type ServerSetting } from './startup.js';

/** What a second version costs that is served beside the first. Bytes are proportional set sizes over all processes. */
export interface SecondVersion {
  readonly oneBytes: number;
  readonly twoBytes: number;
  readonly addedBytes: number;
  /** All files that the manifest of the second version lists. */
  readonly bundleBytes: number;
  /** What the second version added to the memory-mapped forms in the cache. */
  readonly mappedBytes: number;
  readonly addedVsBundle: number;
  /** Undefined where nothing is mapped. */
  readonly addedVsMapped: number | undefined;
}

/**
 * Measures the memory of a server with one version and of one with two, every lane of which has seen every photo. Nothing
 * else of this repository may run meanwhile: processes that share pages would be given a part of them.
 */
export async function measureSecondVersion(
  setting: Omit<ServerSetting, 'model'>,
  manifestPaths: readonly [first: string, second: string],
  scenarios: readonly Scenario[],
): Promise<SecondVersion> {
  const cacheDir = await makeCacheDir();
  const pssOf = async (served: readonly string[], seen: readonly Scenario[]): Promise<number> => {
    const plan = await makePlan(served);
    const planPath = join(cacheDir, 'plan.json');
    await writeFile(planPath, JSON.stringify(plan));
    const server = await startForMeasuring({ ...setting, model: ['--plan', planPath] }, cacheDir);
    try {
      for (const { version } of plan.models) {
        const pin = { [HEADERS.modelVersion]: version };
        await untilServed(server.baseUrl, scenarios, pin);
        await warmUp({ contender: 'ours', baseUrl: server.baseUrl }, seen, setting.lanes, pin);
      }
      return measureTree(server.pid).pssBytes;
    } finally {
      await server.stop();
    }
  };
  try {
    const [first, second] = manifestPaths;
    // A process that makes the memory-mapped form keeps memory that it needed for that, so the cache is filled first.
    await pssOf([first], []);
    const mappedBefore = await mappedBytesIn(cacheDir);
    await pssOf([first, second], []);
    const mappedBytes = (await mappedBytesIn(cacheDir)) - mappedBefore;
    const oneBytes = await pssOf([first], scenarios);
    const twoBytes = await pssOf([first, second], scenarios);
    const bundleBytes = (await readManifest(second)).files.reduce((sum, file) => sum + file.size, 0);
    const addedBytes = twoBytes - oneBytes;
    return {
      oneBytes,
      twoBytes,
      addedBytes,
      bundleBytes,
      mappedBytes,
      addedVsBundle: addedBytes / bundleBytes,
      addedVsMapped: mappedBytes === 0 ? undefined : addedBytes / mappedBytes,
    };
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
}

async function makePlan(manifestPaths: readonly string[]): Promise<ServingPlan> {
  const models = await Promise.all(
    manifestPaths.map(async (path) => ({
      version: (await readManifest(path)).version,
      manifest: pathToFileURL(resolve(path)).href,
    })),
  );
  return { generation: 1, default: models[0]?.version ?? '', models };
}

/** The server is ready when its default version is; others may still be loading. */
async function untilServed(
  baseUrl: string,
  scenarios: readonly Scenario[],
  pin: Readonly<Record<string, string>>,
): Promise<void> {
  const [scenario] = scenarios;
  if (scenario === undefined) throw new RangeError('a second version is measured with at least one photo');
  let instead = '';
  await until(
    `a request with ${JSON.stringify(pin)} is answered with 200`,
    async () => {
      const { status, body } = await post(baseUrl, scenario, pin);
      instead = `${status}: ${body.toString('utf8').slice(0, 300)}`;
      return status === 200;
    },
    { everyMs: 200, describe: () => `got ${instead}` },
  );
}

async function mappedBytesIn(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ort'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
