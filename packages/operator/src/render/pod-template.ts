import type { Deployment } from '@face-comparison/kube-runtime';

import type { ModelResources, ResolvedSpec, Toleration } from '../api/v1alpha1/index.js';
import { childLabels, HTTP_PORT, METRICS_PORT, planConfigMapName, podSelector, SERVER_CONTAINER } from './names.js';
import { canonicalQuantity } from './quantity.js';
import { containerResources, GPU_RESOURCE } from './resources.js';
import { KEYS_KEY, MOUNTS, serverArgs } from './server-args.js';
import { PRE_STOP_SECONDS } from './shutdown.js';

export type PodTemplate = NonNullable<Deployment['spec']>['template'];
type PodSpec = NonNullable<PodTemplate['spec']>;
type Container = PodSpec['containers'][number];
type Volume = NonNullable<PodSpec['volumes']>[number];

/** The user and group of the images. */
const UID = 10001;

/** Nothing large is written outside of the cache. */
const TMP_SIZE_LIMIT = '256Mi';

/** Readable for the group of the pod (fsGroup), writable for nobody. */
const SECRET_MODE = 0o440;

export interface TemplateParts {
  /** Of the server. */
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** Memory that the model takes which is served first; it decides how much is set aside. */
  readonly model: ModelResources | undefined;
}

/**
 * The pods: the server alone, as nobody, on a file system that it cannot write, with no right to the API server. Nothing here
 * changes by an upgrade of the model: what is served is in the plan.
 */
export function podTemplate(name: string, spec: ResolvedSpec, parts: TemplateParts): PodTemplate {
  const { pod, imagePullSecrets, accelerator } = spec;
  const nodeSelector = { ...pod.nodeSelector, ...accelerator.nodeSelector };
  const tolerations = [...pod.tolerations, ...gpuTolerations(spec)];
  return {
    metadata: {
      labels: { ...pod.labels, ...childLabels(name) },
      annotations: {
        // What these hold can be made again, so it need not keep a node from being scaled away.
        'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'cache,tmp',
        ...pod.annotations,
      },
    },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: UID,
        runAsGroup: UID,
        fsGroup: UID,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { ...podSelector(name) } },
        matchLabelKeys: ['pod-template-hash'],
      })),
      ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets: [...imagePullSecrets] }),
      ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
      ...(tolerations.length === 0 ? {} : { tolerations }),
      ...(pod.affinity === undefined ? {} : { affinity: pod.affinity }),
      ...(pod.priorityClassName === undefined ? {} : { priorityClassName: pod.priorityClassName }),
      volumes: volumes(name, spec),
      containers: [container(spec, parts)],
    },
  };
}

function container(spec: ResolvedSpec, { image, imagePullPolicy, model }: TemplateParts): Container {
  return {
    name: SERVER_CONTAINER,
    image,
    imagePullPolicy,
    args: serverArgs(spec),
    ...(spec.pod.env.length === 0 ? {} : { env: [...spec.pod.env] }),
    ports: [
      { name: HTTP_PORT.name, containerPort: HTTP_PORT.number, protocol: 'TCP' },
      { name: METRICS_PORT.name, containerPort: METRICS_PORT.number, protocol: 'TCP' },
    ],
    resources: containerResources(spec, model),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'plan', mountPath: MOUNTS.plan, readOnly: true },
      ...(spec.auth.mode === 'ApiKey' ? [{ name: 'keys', mountPath: MOUNTS.keys, readOnly: true }] : []),
      { name: 'cache', mountPath: MOUNTS.cache },
      { name: 'tmp', mountPath: MOUNTS.tmp },
    ],
    ...probes(),
    // Endpoints go first, the process after: no request meets a closed port.
    lifecycle: { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } },
  };
}

/**
 * The HTTP process answers at once and always, since it never computes: when it does not for a minute, it is stuck. Readiness is
 * the default model being loaded, which may take as long as a download does, and is no reason to kill anybody.
 */
function probes(): Pick<Container, 'startupProbe' | 'livenessProbe' | 'readinessProbe'> {
  const live = { path: '/v2/health/live', port: HTTP_PORT.name };
  return {
    startupProbe: { httpGet: live, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 120 },
    livenessProbe: { httpGet: live, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: {
      httpGet: { path: '/v2/health/ready', port: HTTP_PORT.name },
      periodSeconds: 2,
      timeoutSeconds: 5,
      failureThreshold: 2,
    },
  };
}

function volumes(name: string, { auth, cache }: ResolvedSpec): Volume[] {
  const keys: Volume[] =
    auth.mode === 'ApiKey'
      ? [
          {
            name: 'keys',
            secret: {
              secretName: auth.keysSecret,
              items: [{ key: KEYS_KEY, path: KEYS_KEY }],
              defaultMode: SECRET_MODE,
            },
          },
        ]
      : [];
  return [
    { name: 'plan', configMap: { name: planConfigMapName(name) } },
    ...keys,
    { name: 'cache', emptyDir: { sizeLimit: canonicalQuantity(cache.sizeLimit) } },
    { name: 'tmp', emptyDir: { sizeLimit: TMP_SIZE_LIMIT } },
  ];
}

/** Nodes with GPUs are tainted, so that only those come who need one. */
function gpuTolerations({ accelerator }: ResolvedSpec): Toleration[] {
  return accelerator.type === 'nvidia' ? [{ key: GPU_RESOURCE, operator: 'Exists', effect: 'NoSchedule' }] : [];
}
