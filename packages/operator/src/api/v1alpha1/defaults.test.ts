import { FULL_FACE_COMPARISON } from '../../crd/examples.js';
import { withDefaults } from './defaults.js';

describe('withDefaults', () => {
  it('leaves nothing open', () =>
    expect(withDefaults({ model: 'default-2.1.0' })).toEqual({
      model: 'default-2.1.0',
      replicas: 2,
      autoscaling: undefined,
      image: undefined,
      imagePullSecrets: [],
      lanes: 2,
      accelerator: { type: 'none', count: 1, nodeSelector: {} },
      resources: { requests: {}, limits: {} },
      auth: { mode: 'None' },
      images: { urls: true, allowHosts: [], s3Buckets: [], maxBytes: undefined },
      s3: { endpoint: undefined, region: undefined },
      serviceAccount: { annotations: {} },
      pod: {
        nodeSelector: {},
        tolerations: [],
        affinity: undefined,
        priorityClassName: undefined,
        env: [],
        annotations: {},
        labels: {},
        terminationGracePeriodSeconds: 45,
      },
      service: { annotations: {}, port: 80 },
      pages: false,
      cache: { sizeLimit: '4Gi' },
      rollout: {
        steps: [
          { weight: 5, holdMs: 120_000 },
          { weight: 50, holdMs: 300_000 },
        ],
        checks: { minParity: 0.99, maxErrorRate: 0.01, maxLatencyRatio: 1.5, minRequests: 50, afterSwitchMs: 120_000 },
        promotion: 'Automatic',
        approved: undefined,
        retainMs: 86_400_000,
        deadlineMs: 900_000,
        switchLeadMs: 20_000,
      },
    }));

  it('keeps what is given', () => {
    const { spec } = FULL_FACE_COMPARISON;
    expect(withDefaults(spec)).toMatchObject({
      model: spec.model,
      image: spec.image,
      imagePullSecrets: spec.imagePullSecrets,
      accelerator: spec.accelerator,
      resources: spec.resources,
      auth: spec.auth,
      images: spec.images,
      s3: spec.s3,
      serviceAccount: spec.serviceAccount,
      pod: spec.pod,
      service: spec.service,
      cache: spec.cache,
      rollout: { promotion: 'Manual', approved: 'default-2.1.0' },
    });
  });

  it('leaves the number of pods to an autoscaler', () =>
    expect(withDefaults({ model: 'a', autoscaling: { minReplicas: 1, maxReplicas: 3 } })).toMatchObject({
      replicas: undefined,
      autoscaling: { minReplicas: 1, maxReplicas: 3, targetCPU: 70 },
    }));

  it('makes no canary of no steps', () =>
    expect(withDefaults({ model: 'a', rollout: { steps: [] } }).rollout.steps).toEqual([]));

  it('never opens a service whose keys are half named', () => {
    expect(withDefaults({ model: 'a', auth: { keysSecret: 'keys' } }).auth).toEqual({
      mode: 'ApiKey',
      keysSecret: 'keys',
    });
    expect(() => withDefaults({ model: 'a', auth: { mode: 'ApiKey' } })).toThrow('expected spec.auth.keysSecret');
  });
});
