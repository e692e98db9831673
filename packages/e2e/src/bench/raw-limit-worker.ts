import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { DetectorSpec, HeadSpec } from '@face-comparison/bundle';
import { readManifest } from '../service/manifest.js';
import { seededRandom } from '../statistics/random.js';
import type { PhotoSpec } from './photos.js';
import type { RawLimitAnswer, RawLimitRequest, RawRate } from './raw-limit.js';

/** The networks of a model, each with one thread, as a lane has them. */
interface Networks {
  readonly detector: DetectorSpec;
  readonly detectorSession: ort.InferenceSession;
  readonly embedders: readonly { readonly session: ort.InferenceSession; readonly heads: readonly HeadSpec[] }[];
}

async function loadNetworks({ manifestPath, accelerator }: RawLimitRequest): Promise<Networks> {
  const manifest = await readManifest(manifestPath);
  const load = (file: string): Promise<ort.InferenceSession> =>
    ort.InferenceSession.create(join(dirname(manifestPath), file), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionProviders: accelerator === 'nvidia' ? ['cuda', 'cpu'] : ['cpu'],
    });
  const embedderFiles = [...new Set(manifest.heads.map((head) => head.file))];
  return {
    detector: manifest.detector,
    detectorSession: await load(manifest.detector.file),
    embedders: await Promise.all(
      embedderFiles.map(async (file) => ({
        session: await load(file),
        heads: manifest.heads.filter((head) => head.file === file),
      })),
    ),
  };
}

/** What the networks compute does not depend on the pixels, so noise serves as well as photos. */
function noise(
  type: 'uint8' | 'float32',
  layout: 'NHWC' | 'NCHW',
  batch: number,
  heightPx: number,
  widthPx: number,
): ort.Tensor {
  const random = seededRandom(1);
  const length = batch * heightPx * widthPx * 3;
  const dims = layout === 'NHWC' ? [batch, heightPx, widthPx, 3] : [batch, 3, heightPx, widthPx];
  return type === 'uint8'
    ? new ort.Tensor(
        'uint8',
        Uint8Array.from({ length }, () => 256 * random()),
        dims,
      )
    : new ort.Tensor(
        'float32',
        Float32Array.from({ length }, () => 2 * random() - 1),
        dims,
      );
}

/** The detector's input for a photo of this size: shrunk to the long side and padded, as the manifest says. */
function detectorInput({ input, size }: DetectorSpec, photo: PhotoSpec): ort.Tensor {
  const scale = Math.min(1, size.longSide / Math.max(photo.widthPx, photo.heightPx));
  const padded = (sidePx: number): number =>
    size.square === true ? size.longSide : Math.ceil((sidePx * scale) / size.multiple) * size.multiple;
  return noise(input.type, input.layout, 1, padded(photo.heightPx), padded(photo.widthPx));
}

/** One request's worth of `session.run`: the detector once, each embedder on all faces in batches of `batch`. */
function prepare(networks: Networks, photo: PhotoSpec, batch: number): () => Promise<void> {
  const image = detectorInput(networks.detector, photo);
  const embedders = networks.embedders.map(({ session, heads }) => ({
    session,
    outputs: heads.map((head) => head.output.name),
    feeds: Object.fromEntries(
      heads.map(({ input }) => [input.name, noise(input.type, input.layout, batch, input.size, input.size)]),
    ),
  }));
  return async () => {
    await networks.detectorSession.run({ [networks.detector.input.name]: image });
    for (const { session, feeds, outputs } of embedders) {
      for (let done = 0; done < photo.faces; done += batch) await session.run(feeds, outputs);
    }
  };
}

async function measure(run: () => Promise<void>, minDurationMs: number, minRuns: number): Promise<RawRate> {
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  let runs = 0;
  while (performance.now() - started < minDurationMs || runs < minRuns) {
    await run();
    runs++;
  }
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { requestsPerSecond: (1000 * runs) / elapsedMs, cpuMsPerRequest: (user + system) / 1000 / runs };
}

/** All faces in one batch or one by one: whichever is faster on this machine, since it is a limit. */
async function prepareFastest(networks: Networks, photo: PhotoSpec): Promise<() => Promise<void>> {
  const single = prepare(networks, photo, 1);
  if (photo.faces < 2) return single;
  const batched = prepare(networks, photo, photo.faces);
  await single();
  await batched();
  // Judged by CPU time, which a busy machine distorts less.
  const [cpuBatched, cpuSingle] = [await measure(batched, 0, 2), await measure(single, 0, 2)];
  return cpuBatched.cpuMsPerRequest < cpuSingle.cpuMsPerRequest ? batched : single;
}

const networks = new Map<string, Promise<Networks>>();
const prepared = new Map<string, Promise<() => Promise<void>>>();

async function answer(request: RawLimitRequest): Promise<RawLimitAnswer> {
  const { manifestPath, photo, minDurationMs } = request;
  const loaded = networks.get(manifestPath) ?? loadNetworks(request);
  networks.set(manifestPath, loaded);
  const key = JSON.stringify([manifestPath, photo]);
  const run = prepared.get(key) ?? prepareFastest(await loaded, photo);
  prepared.set(key, run);
  const once = await run;
  await once();
  return minDurationMs === 0 ? { requestsPerSecond: 0, cpuMsPerRequest: 0 } : measure(once, minDurationMs, 2);
}

process.on('message', (request: RawLimitRequest) => {
  answer(request).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) } satisfies RawLimitAnswer),
  );
});
