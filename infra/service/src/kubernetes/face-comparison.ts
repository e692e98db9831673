import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';

import type { Settings } from '../settings.js';
import { API_VERSION } from './models.js';

/** Pods where nothing is said of their number; also what the operator would take. */
export const DEFAULT_REPLICAS = 2;

export interface FaceComparisonParts {
  readonly image: string | undefined;
  /** Name of the Secret with credentials of the registry. */
  readonly pullSecret: string | undefined;
  /** Name of the Secret with the keys file; without one nobody is asked for a key. */
  readonly keysSecret: string | undefined;
  readonly s3Region: string | undefined;
  /**
   * Start of paths that the gateway may leave in. AWS says of private integrations that the stage is part of the path, and its
   * samples show that it is not where the URI is complete; the pods take both.
   */
  readonly pathPrefix: string | undefined;
}

/** The spec of the FaceComparison: docs/reference/crds.md. What is not set is left to the operator. */
export function faceComparisonSpec(settings: Settings, parts: FaceComparisonParts): Record<string, unknown> {
  const { autoscaling, replicas, accelerator, lanes, resources, photos } = settings;
  const { image, pullSecret, keysSecret, s3Region, pathPrefix } = parts;
  return {
    model: servedFirst(settings),
    ...(autoscaling === undefined ? { replicas: replicas ?? DEFAULT_REPLICAS } : { autoscaling: { ...autoscaling } }),
    ...(image === undefined ? {} : { image }),
    ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
    ...(lanes === undefined ? {} : { lanes }),
    ...(resources === undefined ? {} : { resources: structuredClone(resources) }),
    ...(accelerator === 'none' ? {} : { accelerator: { type: accelerator } }),
    auth: keysSecret === undefined ? { mode: 'None' } : { mode: 'ApiKey', keysSecret },
    images: {
      urls: photos.urls,
      ...(photos.allowHosts.length === 0 ? {} : { allowHosts: [...photos.allowHosts] }),
      ...(photos.s3Buckets.length === 0 ? {} : { s3Buckets: [...photos.s3Buckets] }),
    },
    ...(s3Region === undefined ? {} : { s3: { region: s3Region } }),
    ...(pathPrefix === undefined ? {} : { pod: { env: [{ name: 'FACE_COMPARISON_PATH_PREFIX', value: pathPrefix }] } }),
  };
}

/** Name of the model that the first deployment serves. */
export function servedFirst({ model, models }: Settings): string | undefined {
  return model ?? models[0]?.name;
}

/**
 * The FaceComparison. The deployment goes on when it is Ready. Its model belongs to kubectl after the first deployment: an
 * upgrade is one patch, and `pulumi up` does not undo it.
 */
export function createFaceComparison(
  settings: Settings,
  namespace: Input<string>,
  parts: FaceComparisonParts,
  options: CustomResourceOptions,
): CustomResource {
  return new CustomResource(
    'face-comparison',
    {
      apiVersion: API_VERSION,
      kind: 'FaceComparison',
      metadata: {
        name: settings.name,
        namespace,
        annotations: { 'pulumi.com/waitFor': 'condition=Ready' },
      },
      spec: faceComparisonSpec(settings, parts),
    },
    {
      ...options,
      ignoreChanges: ['spec.model'],
      customTimeouts: { create: `${settings.readyMinutes}m`, update: `${settings.readyMinutes}m`, delete: '5m' },
    },
  );
}
