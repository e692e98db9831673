import { withDefaults } from '../api/v1alpha1/index.js';
import { faceComparison, FULLEST, PLAN, rendered, SMALLEST } from '../../test/kit/rendered.js';
import {
  METRICS_NAMESPACE_LABEL,
  podSelector,
  renderHorizontalPodAutoscaler,
  selectorText,
  serviceUrl,
} from './index.js';

const all = rendered(SMALLEST);

describe('the ServiceAccount', () => {
  it('gives pods no way to the API server', () => expect(all.serviceAccount.automountServiceAccountToken).toBe(false));

  it('has the annotations of the spec', () =>
    expect(rendered(FULLEST).serviceAccount.metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/faces',
    }));
});

describe('the ConfigMap', () => {
  it('holds the plan as the server reads it', () => {
    expect(all.planConfigMap.metadata.name).toBe('faces-plan');
    expect(JSON.parse(all.planConfigMap.data?.['plan.json'] ?? '')).toEqual(PLAN);
  });
});

describe('the Service', () => {
  it('leads to the API of the pods, and not to their private port', () => {
    expect(all.service.spec).toMatchObject({
      selector: podSelector('faces'),
      ports: [{ port: 80, targetPort: 'http' }],
    });
    expect(all.service.spec?.ports).toHaveLength(1);
  });

  it('has an address', () => {
    const owner = faceComparison({ service: { port: 8080 } });
    expect(serviceUrl(owner, withDefaults(owner.spec))).toBe('http://faces.default.svc:8080');
  });
});

describe('the PodDisruptionBudget', () => {
  it('lets a node be drained though it has the only pod, or one that does not answer', () =>
    expect(all.podDisruptionBudget.spec).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: podSelector('faces') },
    }));
});

describe('the HorizontalPodAutoscaler', () => {
  it('is there only where it is asked for', () =>
    expect(renderHorizontalPodAutoscaler(SMALLEST, withDefaults(SMALLEST.spec))).toBeUndefined());

  it('aims at the use of CPU', () => {
    const owner = faceComparison({ autoscaling: { minReplicas: 1, maxReplicas: 4 } });
    expect(renderHorizontalPodAutoscaler(owner, withDefaults(owner.spec))?.spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: 'faces' },
      minReplicas: 1,
      maxReplicas: 4,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
    });
  });
});

describe('the NetworkPolicy', () => {
  it('opens the API to all, and the private port to the operator and to those who collect metrics', () =>
    expect(all.networkPolicy.spec?.ingress).toEqual([
      { ports: [{ protocol: 'TCP', port: 'http' }] },
      {
        from: [
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'face-comparison-system' } } },
          { namespaceSelector: { matchLabels: { [METRICS_NAMESPACE_LABEL]: 'true' } } },
        ],
        ports: [{ protocol: 'TCP', port: 'metrics' }],
      },
    ]));

  it('says nothing of egress: photos may be anywhere', () =>
    expect(all.networkPolicy.spec?.policyTypes).toEqual(['Ingress']));
});

describe('selectorText', () => {
  it('is the selector of the pods as one text', () =>
    expect(selectorText('faces')).toBe(
      'app.kubernetes.io/name=face-comparison,app.kubernetes.io/instance=faces,app.kubernetes.io/component=server',
    ));
});
