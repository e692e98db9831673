import type { FastifyInstance } from 'fastify';
import { vectorLength } from '@face-comparison/bundle';
import {
  OPERATIONS,
  type ModelMetadata,
  type ModelParameters,
  type ModelParams,
  type ModelVersionParams,
  ProblemError,
} from '@face-comparison/contract';
import type { EngineModel } from '@face-comparison/engine';
import type { Service } from '../service.js';
import type { ServedVersion } from '../serving/registry.js';
import { notReady } from './inference-routes.js';
import { shuttingDown } from './problem-error.js';

/** Health and models, by the Open Inference Protocol v2. */
export function registerModelRoutes(app: FastifyInstance, service: Service): void {
  const { registry } = service;

  app.get(OPERATIONS.serverLive.path, { config: { operation: 'serverLive' } }, () => ({ live: true }));

  app.get(OPERATIONS.serverReady.path, { config: { operation: 'serverReady' } }, () => {
    if (service.draining) throw shuttingDown();
    if (!registry.isReady) throw notReady(registry.plan?.switch?.to ?? registry.plan?.default ?? 'none');
    return { ready: true };
  });

  app.get<{ Params: ModelParams }>(
    routePath('modelMetadata'),
    { config: { operation: 'modelMetadata' } },
    ({ params }) => metadata(service, standardOf(service, params.name)),
  );
  app.get<{ Params: ModelParams }>(routePath('modelReady'), { config: { operation: 'modelReady' } }, ({ params }) => {
    standardOf(service, params.name);
    return { name: params.name, ready: true };
  });
  app.get<{ Params: ModelVersionParams }>(
    routePath('modelVersionMetadata'),
    { config: { operation: 'modelVersionMetadata' } },
    ({ params }) => metadata(service, versionOf(service, params)),
  );
  app.get<{ Params: ModelVersionParams }>(
    routePath('modelVersionReady'),
    { config: { operation: 'modelVersionReady' } },
    ({ params }) => {
      versionOf(service, params);
      return { name: params.name, ready: true };
    },
  );
}

/** The path of an operation as Fastify writes it. */
function routePath(operation: keyof typeof OPERATIONS): string {
  return OPERATIONS[operation].path.replaceAll(/\{(\w+)\}/g, ':$1');
}

type Loaded = ServedVersion & { readonly model: EngineModel };

function isLoaded(served: ServedVersion | undefined): served is Loaded {
  return served?.state === 'ready' && served.model !== undefined;
}

function standardOf({ registry }: Service, name: string): Loaded {
  const served = registry.standard;
  // A version whose manifest has not been read yet may turn out to be of this name.
  const mayBe = registry.versions.some(({ model }) => model === undefined || model.manifest.name === name);
  if (!isLoaded(served))
    throw mayBe ? notReady(registry.plan?.default ?? 'none') : noSuchModel(name, registry.loadedVersions);
  if (served.model.manifest.name !== name) throw noSuchModel(name, registry.loadedVersions);
  return served;
}

function versionOf({ registry }: Service, { name, version }: ModelVersionParams): Loaded {
  const served = registry.get(version);
  if (served === undefined) throw noSuchModel(`${name}, version ${version},`, registry.loadedVersions);
  if (!isLoaded(served)) throw notReady(version);
  if (served.model.manifest.name !== name) throw noSuchModel(name, registry.loadedVersions);
  return served;
}

function noSuchModel(name: string, loadedVersions: string[]): ProblemError {
  return new ProblemError(
    'not_found',
    `model ${name.slice(0, 100)} is not served; loaded versions: ${loadedVersions.join(', ') || 'none'}`,
    { loadedVersions },
  );
}

function metadata({ registry }: Service, served: Loaded): ModelMetadata {
  const { manifest } = served.model;
  return {
    name: manifest.name,
    versions: registry.loadedVersions.filter(
      (version) => registry.get(version)?.model?.manifest.name === manifest.name,
    ),
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'img', datatype: 'BYTES', shape: [1] }],
    outputs: [
      { name: 'BoundingBox', datatype: 'FP32', shape: [-1, 4] },
      { name: 'Confidence', datatype: 'FP32', shape: [-1] },
      { name: 'face_hash', datatype: 'FP32', shape: [-1, vectorLength(manifest)] },
    ],
    parameters: parameters(registry, served),
  };
}

function parameters(registry: Service['registry'], served: Loaded): ModelParameters {
  const { manifest, space } = served.model;
  const { defaultThreshold, kind, slope, midpoint, measuredOn, operatingPoints } = manifest.calibration;
  const { canary, switch: planned } = registry.plan ?? {};
  const comparable = registry.versions.flatMap(({ version, model }) =>
    model !== undefined && registry.comparable(served.version, version) === true ? [model.space] : [],
  );
  return {
    version: served.version,
    default: registry.standard === served,
    ...(canary?.version === served.version ? { canaryWeight: canary.weight } : {}),
    ...(planned !== undefined && Date.parse(planned.at) > Date.now() ? { switch: planned } : {}),
    embeddingSpace: space,
    vectorLength: vectorLength(manifest),
    comparableWith: [...new Set([space, ...comparable])],
    defaultThreshold,
    calibration: { kind, slope, midpoint, measuredOn, operatingPoints },
  };
}
