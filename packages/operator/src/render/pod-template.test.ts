import type { FaceComparisonSpec } from '../api/v1alpha1/index.js';
import { deploymentOf, faceComparison, FULLEST, SMALLEST } from '../../test/kit/rendered.js';
import type { DeploymentInputs } from './deployment.js';

/** The pods of a spec. */
function pods(spec: Partial<FaceComparisonSpec> = {}, inputs: Partial<DeploymentInputs> = {}) {
  const deployment = deploymentOf(faceComparison(spec), inputs);
  const template = deployment.spec?.template;
  const [container] = template?.spec?.containers ?? [];
  if (template?.spec === undefined || container === undefined) throw new Error('a Deployment without pods');
  return { deployment, metadata: template.metadata, pod: template.spec, container, args: container.args ?? [] };
}

/** What follows a flag, each time it is given. */
const valuesOf = (args: readonly string[], flag: string) => args.filter((_, index) => args[index - 1] === `--${flag}`);

describe('a pod', () => {
  const { pod, container } = pods();

  it('may do nothing beyond its work', () => {
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  it('is live while the process answers, and ready once the default model is loaded', () => {
    expect(container.livenessProbe?.httpGet?.path).toBe('/v2/health/live');
    expect(container.startupProbe?.httpGet?.path).toBe('/v2/health/live');
    expect(container.readinessProbe?.httpGet?.path).toBe('/v2/health/ready');
  });

  it.each([30, 45, 600])('ends in order within %i s: out of the endpoints, drained, gone', (seconds) => {
    const ending = pods({ pod: { terminationGracePeriodSeconds: seconds } });
    const [drain = ''] = valuesOf(ending.args, 'drain');
    const sleep = ending.container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(ending.pod.terminationGracePeriodSeconds).toBe(seconds);
    expect(sleep).toBeGreaterThanOrEqual(5);
    expect(sleep + Number.parseInt(drain, 10)).toBeLessThanOrEqual(seconds - 5);
  });

  it('has 25 s to drain unless told otherwise, as the server has by itself', () =>
    expect(valuesOf(pods().args, 'drain')).toEqual(['25s']));

  it('would rather be where no other pod is, and comes up all the same', () =>
    expect(pod.topologySpreadConstraints).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
      { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    ]));

  it('reads the plan from its ConfigMap and writes to bounded space only', () => {
    expect(pod.volumes).toEqual([
      { name: 'plan', configMap: { name: 'faces-plan' } },
      { name: 'cache', emptyDir: { sizeLimit: '4Gi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
    ]);
    expect(valuesOf(container.args ?? [], 'plan')).toEqual(['/etc/face-comparison/plan/plan.json']);
    expect(container.volumeMounts).toContainEqual({
      name: 'plan',
      mountPath: '/etc/face-comparison/plan',
      readOnly: true,
    });
  });

  it('asks for keys where the spec does', () => {
    const keyed = pods({ auth: { mode: 'ApiKey', keysSecret: 'faces-keys' } });
    expect(valuesOf(keyed.args, 'keys-file')).toEqual(['/etc/face-comparison/keys/keys.json']);
    expect(keyed.pod.volumes).toContainEqual({
      name: 'keys',
      secret: { secretName: 'faces-keys', items: [{ key: 'keys.json', path: 'keys.json' }], defaultMode: 0o440 },
    });
    expect(valuesOf(pods().args, 'keys-file')).toEqual([]);
  });

  it('is told where photos may come from', () => {
    const { args } = pods({ images: { urls: false, allowHosts: ['a', 'b'], s3Buckets: ['c'], maxBytes: 1000 } });
    expect(valuesOf(args, 'urls')).toEqual(['off']);
    expect(valuesOf(args, 'allow-host')).toEqual(['a', 'b']);
    expect(valuesOf(args, 's3-bucket')).toEqual(['c']);
    expect(valuesOf(args, 'max-image-size')).toEqual(['1000B']);
    expect(valuesOf(pods().args, 'urls')).toEqual(['on']);
  });

  it('shows pages only if asked to', () => {
    expect(valuesOf(pods().args, 'pages')).toEqual(['off']);
    expect(valuesOf(pods({ pages: true }).args, 'pages')).toEqual(['on']);
  });

  it('cannot be given labels by which it would be another’s', () => {
    const { metadata } = pods({ pod: { labels: { team: 'identity', 'app.kubernetes.io/instance': 'other' } } });
    expect(metadata?.labels).toMatchObject({ team: 'identity', 'app.kubernetes.io/instance': 'faces' });
  });
});

describe('the memory of a pod', () => {
  const memory = (spec: Partial<FaceComparisonSpec>, inputs: Partial<DeploymentInputs> = {}) =>
    pods(spec, inputs).container.resources;

  it('is asked for and limited to room for two versions by the figures of the model', () =>
    expect(memory({ lanes: 2 })).toEqual({
      requests: { cpu: '2', memory: '2469Mi' },
      limits: { memory: '2469Mi' },
    }));

  it('grows with lanes', () => expect(memory({ lanes: 4 })?.limits).toEqual({ memory: '3502Mi' }));

  it('is that of a model like the default where the manifest has no figures', () =>
    expect(memory({}, { model: undefined })?.limits).toEqual({ memory: '2490Mi' }));

  it('is what the spec says, for request and limit', () => {
    expect(memory({ resources: { limits: { memory: '1.5Gi' } } })).toEqual({
      requests: { cpu: '2', memory: '1536Mi' },
      limits: { memory: '1536Mi' },
    });
    expect(memory({ resources: { requests: { memory: '3Gi', cpu: '500m' } } })).toEqual({
      requests: { cpu: '500m', memory: '3Gi' },
      limits: { memory: '3Gi' },
    });
  });

  it('limits CPU only if asked to', () =>
    expect(memory({ resources: { limits: { cpu: 1 } } })).toMatchObject({
      requests: { cpu: '1' },
      limits: { cpu: '1' },
    }));
});

describe('a pod on a GPU', () => {
  const gpu = pods({
    accelerator: { type: 'nvidia', count: 2, nodeSelector: { gpu: 'l4' } },
    pod: { nodeSelector: { a: 'b' } },
  });

  it('asks for GPUs, bears their taint and goes where they are', () => {
    expect(gpu.container.resources).toMatchObject({
      requests: { 'nvidia.com/gpu': '2' },
      limits: { 'nvidia.com/gpu': '2' },
    });
    expect(gpu.pod.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
    expect(gpu.pod.nodeSelector).toEqual({ a: 'b', gpu: 'l4' });
    expect(valuesOf(gpu.args, 'accelerator')).toEqual(['nvidia']);
  });

  it('goes before its successor comes: there is no GPU to spare', () => {
    expect(gpu.deployment.spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(pods().deployment.spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });
});

describe('the number of pods', () => {
  it('is left to the autoscaler where there is one', () => {
    expect(deploymentOf(FULLEST, { replicas: undefined }).spec).not.toHaveProperty('replicas');
    expect(deploymentOf(SMALLEST, { replicas: 0 }).spec?.replicas).toBe(0);
  });
});
