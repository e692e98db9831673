import { join, resolve } from 'node:path';
import type { AddressInfo } from 'node:net';
import { openBundle, type OpenBundleOptions, type S3Options } from '@face-comparison/bundle';
import type { ServingPlan } from '@face-comparison/contract';
import type { EngineModel, RunCounts } from '@face-comparison/engine';
import type { Logger } from 'pino';
import { buildAdmin } from './admin.js';
import { ConfigError, type ServerConfig } from './config.js';
import { usableCores } from './cores.js';
import { proxiedAgents } from './egress/proxied-agents.js';
import { proxiedFetch } from './egress/proxied-fetch.js';
import { buildApp } from './http/app.js';
import { KeysError, parseKeys } from './http/clients.js';
import { checkTrustedProxies } from './http/trusted-proxies.js';
import { createImageFetcher, type S3Config } from './image-source/index.js';
import { LaneLoadError } from './lanes/lane.js';
import { LaneGroup } from './lanes/lane-group.js';
import { Scheduler } from './lanes/scheduler.js';
import { Service } from './service.js';
import { PlanError, parsePlan } from './serving/parse-plan.js';
import { Registry, type PlanEntry } from './serving/registry.js';
import { WatchedFile } from './watched-file.js';

/** How long the answers may take to go out that are given when the drain time is over. */
const LAST_ANSWERS_MS = 500;

/** A model may take its time: nobody waits for it with a request. */
const MODEL_CONNECT_TIMEOUT_MS = 10_000;

/** A running server. */
export interface Server {
  /** Ports that were bound, also where 0 was asked for. */
  readonly port: number;
  readonly metricsPort: number;
  /** Stops taking requests, finishes those there are (within the drain time), and frees everything. */
  stop(): Promise<void>;
}

/**
 * Starts the service: both ports at once, models in the background; readiness tells when the default one is loaded.
 * @param onUnusable told when this process can never serve as it was asked to: its only model cannot be loaded, or CUDA was
 *   asked for and is not there. Any other version that fails is tried again, and `/serving` says why.
 * @throws ConfigError when a setting cannot be used with this machine
 */
export async function startServer(
  config: ServerConfig,
  logger: Logger,
  onUnusable: (error: Error) => void,
): Promise<Server> {
  checkTrustedProxies(config.trustProxy);
  const scheduler = new Scheduler({ slots: config.lanes * config.jobsPerLane, queueLimit: config.queueLimit });
  const only = config.plan === undefined ? await openOnlyModel(config) : undefined;
  const registry = createRegistry(config, logger, scheduler, {
    onUnusable,
    onLaneLost: () => service.metrics.lanesLost.inc(),
    onHeadRuns: (version, { runs, faces }) => {
      service.metrics.headRuns.inc({ version }, runs);
      service.metrics.headRunFaces.inc({ version }, faces);
    },
    only: only?.model,
  });
  const fetcher = createFetcher(config, logger);
  const service = new Service(config, registry, scheduler, fetcher);
  const watches = [watchKeys(config, service, logger), watchPlan(config, registry, logger)].filter(
    (watch) => watch !== undefined,
  );
  for (const watch of watches) await watch.start();
  if (only !== undefined) registry.apply(only.plan);
  const app = await buildApp(service, logger);
  const admin = buildAdmin(service);
  const stop = async (): Promise<void> => {
    service.draining = true;
    for (const watch of watches) watch.stop();
    const drained = app.close();
    await Promise.race([drained, delay(config.drainMs)]);
    // What is still there is answered as well, with `shutting_down`.
    scheduler.close();
    await Promise.all([registry.stop(), fetcher.close()]);
    await Promise.race([drained, delay(LAST_ANSWERS_MS)]);
    await admin.close();
  };
  try {
    await app.listen({ host: config.host, port: config.port });
    await admin.listen({ host: config.metricsHost, port: config.metricsPort });
  } catch (error) {
    await stop();
    throw listenError(error, config);
  }
  return { port: portOf(app.server.address()), metricsPort: portOf(admin.server.address()), stop };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function listenError(error: unknown, config: ServerConfig): unknown {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code !== 'EADDRINUSE') return error;
  const flag = port === config.port ? '--port' : '--metrics-port';
  return new ConfigError(`port ${String(port)} is taken by another program; choose one with ${flag} N`);
}

function createFetcher(config: ServerConfig, logger: Logger): ReturnType<typeof createImageFetcher> {
  try {
    return createImageFetcher({
      allowHosts: config.allowHosts,
      denyHosts: config.denyHosts,
      maxBytes: config.maxImageBytes,
      egressProxy: config.egressProxy,
      onEgressFailure: ({ message }) => logger.warn({ reason: message }, 'the egress proxy opened no connection'),
      s3: { buckets: config.s3Buckets, ...s3Options(config) },
    });
  } catch (error) {
    throw error instanceof RangeError ? new ConfigError(`--allow-host, --deny-host: ${error.message}`) : error;
  }
}

interface RegistryHooks {
  readonly onUnusable: (error: Error) => void;
  readonly onLaneLost: () => void;
  readonly onHeadRuns: (version: string, counts: RunCounts) => void;
  /** The one model there is without a plan; it has been verified already. */
  readonly only: EngineModel | undefined;
}

function createRegistry(
  config: ServerConfig,
  logger: Logger,
  scheduler: Scheduler,
  { onUnusable, onLaneLost, onHeadRuns, only }: RegistryHooks,
): Registry {
  const registry: Registry = new Registry({
    open: (entry, onProgress, signal) => {
      if (only === undefined) return openModel(config, entry, onProgress, signal);
      const totalBytes = only.manifest.files.reduce((sum, { size }) => sum + size, 0);
      onProgress({ doneBytes: totalBytes, totalBytes });
      return Promise.resolve(only);
    },
    createLanes: (model) =>
      new LaneGroup({
        model,
        size: config.lanes,
        jobsPerLane: config.jobsPerLane,
        engine: {
          provider: config.accelerator === 'nvidia' ? 'cuda' : 'cpu',
          threads: 1,
          maxSidePx: config.maxSidePx,
          cacheDir: join(config.cacheDir, 'sessions'),
        },
        wideThreads: wideThreads(config),
        onFree: () => scheduler.dispatch(),
        onHeadRuns: (counts) => onHeadRuns(model.manifest.version, counts),
        onNotWidened: (reason) =>
          logger.warn({ version: model.manifest.version, reason }, 'a request that is alone uses one thread'),
        onStderr: (line) => logger.warn({ version: model.manifest.version, line }, 'lane'),
        onLaneLost: (reason) => {
          onLaneLost();
          logger.error({ version: model.manifest.version, reason }, 'lane lost');
        },
      }),
    log: (level, message, fields) => logger[level](fields, message),
    onLoadFailed: (error) => {
      // Not where another version runs on it already: then it is this one that cannot, for want of memory perhaps.
      const noCuda =
        error instanceof LaneLoadError && error.code === 'provider_unavailable' && registry.loadedVersions.length === 0;
      if (config.plan === undefined || noCuda) onUnusable(error);
    },
    now: () => Date.now(),
  });
  return registry;
}

/** How many threads a request may use that is alone; undefined for one, as all others use. */
function wideThreads({ lanes, accelerator, latencyMode }: ServerConfig): number | undefined {
  const threads = Math.min(lanes, usableCores());
  return accelerator === 'none' && latencyMode === 'auto' && threads > 1 ? threads : undefined;
}

async function openModel(
  config: ServerConfig,
  entry: Omit<PlanEntry, 'version'>,
  onProgress?: OpenBundleOptions['onProgress'],
  signal?: AbortSignal,
): Promise<EngineModel> {
  const bundle = await openBundle(entry, {
    cacheDir: config.cacheDir,
    s3: s3Options(config),
    ...(config.egressProxy === undefined ? {} : { fetch: proxiedFetch(config.egressProxy, MODEL_CONNECT_TIMEOUT_MS) }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  const files = Object.fromEntries(bundle.manifest.files.map(({ path }) => [path, bundle.pathOf(path)]));
  return { manifest: bundle.manifest, space: bundle.space, files };
}

/** What reads models and what reads photos from S3 have in common. */
function s3Options({ s3Endpoint, s3Region, egressProxy }: ServerConfig): S3Options & Omit<S3Config, 'buckets'> {
  return {
    ...(egressProxy === undefined
      ? {}
      : {
          agents: (connectTimeoutMs?: number) =>
            proxiedAgents(egressProxy, connectTimeoutMs ?? MODEL_CONNECT_TIMEOUT_MS),
        }),
    ...(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint, forcePathStyle: true }),
    ...(s3Region === undefined ? {} : { region: s3Region }),
  };
}

/** Without a plan: the one model of --model, whatever its version. */
async function openOnlyModel(config: ServerConfig): Promise<{ model: EngineModel; plan: ServingPlan }> {
  const source = {
    manifest: config.model,
    ...(config.modelSha256 === undefined ? {} : { sha256: config.modelSha256 }),
  };
  const model = await openModel(config, source);
  const { version } = model.manifest;
  return { model, plan: { generation: 0, default: version, models: [{ version, ...source }] } };
}

function watchPlan(config: ServerConfig, registry: Registry, logger: Logger): WatchedFile | undefined {
  if (config.plan === undefined) return undefined;
  return new WatchedFile(
    resolve(config.plan),
    (content) => {
      try {
        const plan = parsePlan(content);
        if (registry.apply(plan))
          logger.info({ generation: plan.generation, default: plan.default }, 'serving plan followed');
      } catch (error) {
        if (!(error instanceof PlanError)) throw error;
        registry.refuse({ generation: error.generation, reason: error.message });
      }
    },
    (error) => registry.refuse({ generation: null, reason: `the plan cannot be read: ${error.message}` }),
  );
}

function watchKeys(config: ServerConfig, service: Service, logger: Logger): WatchedFile | undefined {
  if (config.keysFile === undefined) return undefined;
  // Keys are asked for from the first request on; until the file has been read nobody has one.
  service.keys = new Map();
  return new WatchedFile(
    resolve(config.keysFile),
    (content) => {
      try {
        service.keys = parseKeys(content);
        logger.info({ clients: service.keys.size }, 'keys read');
      } catch (error) {
        if (!(error instanceof KeysError)) throw error;
        logger.error({ reason: error.message }, 'keys file refused; the keys read before stay');
      }
    },
    (error) => logger.error({ reason: error.message }, 'keys file cannot be read; the keys read before stay'),
  );
}
