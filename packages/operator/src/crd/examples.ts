import { GROUP_VERSION, type FaceComparison, type FaceModel } from '../api/v1alpha1/index.js';

/** An object as a user writes it. */
export type Written<Kind extends FaceComparison | FaceModel> = Pick<Kind, 'apiVersion' | 'kind' | 'spec'> & {
  metadata: { name: string };
};

const sha256 = '9d59e267e8eed4aa3a0826e499397d8c34981cc185ef33cf8b52ee20c896a634';

export const FACE_MODEL_EXAMPLE: Written<FaceModel> = {
  apiVersion: GROUP_VERSION,
  kind: 'FaceModel',
  metadata: { name: 'default-2.1.0' },
  spec: { version: '2.1.0', source: { manifest: 's3://models/2.1.0/manifest.json', sha256 } },
};

/** All that a FaceComparison needs. */
export const SMALLEST_FACE_COMPARISON: Written<FaceComparison> = {
  apiVersion: GROUP_VERSION,
  kind: 'FaceComparison',
  metadata: { name: 'faces' },
  spec: { model: 'default-2.1.0' },
};

/** A FaceComparison in which every field is given. */
export const FULL_FACE_COMPARISON: Written<FaceComparison> = {
  apiVersion: GROUP_VERSION,
  kind: 'FaceComparison',
  metadata: { name: 'faces' },
  spec: {
    model: 'default-2.1.0',
    autoscaling: { minReplicas: 2, maxReplicas: 10, targetCPU: 70 },
    image: 'registry.example.com/face-comparison-server:0.1.0',
    imagePullSecrets: [{ name: 'registry' }],
    lanes: 2,
    accelerator: { type: 'nvidia', count: 1, nodeSelector: { 'node.kubernetes.io/instance-type': 'g6.xlarge' } },
    resources: { requests: { cpu: 2, memory: '3Gi' }, limits: { memory: '3Gi' } },
    auth: { mode: 'ApiKey', keysSecret: 'faces-keys' },
    images: { urls: true, allowHosts: ['photos.internal:8443'], s3Buckets: ['photos'], maxBytes: 20_971_520 },
    s3: { endpoint: 'https://objects.example.com', region: 'eu-central-1' },
    serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/faces' } },
    pod: {
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'faces', operator: 'Equal', value: 'only', effect: 'NoSchedule' }],
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }] } },
          ],
        },
      },
      priorityClassName: 'online',
      env: [
        { name: 'AWS_REGION', value: 'eu-central-1' },
        { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'store', key: 'secret' } } },
      ],
      annotations: { 'example.com/team': 'identity' },
      labels: { team: 'identity' },
      terminationGracePeriodSeconds: 60,
    },
    service: { annotations: { 'example.com/public': 'false' }, port: 80 },
    pages: false,
    cache: { sizeLimit: '4Gi' },
    rollout: {
      steps: [
        { weight: 5, hold: '2m' },
        { weight: 50, hold: '5m' },
      ],
      checks: { minParity: 0.99, maxErrorRate: 0.01, maxLatencyRatio: 1.5, minRequests: 50, afterSwitch: '2m' },
      promotion: 'Manual',
      approved: 'default-2.1.0',
      retain: '24h',
      deadline: '15m',
      switchLead: '5s',
    },
  },
};
