/**
 * The defaults of a FaceComparison.
 *
 * Those that shape the template of the pods are filled in by the operator and never by the API server: a default that the
 * CRD writes into objects would make a field out of nothing when a newer CRD has one more, and the pods of an object
 * nobody has touched would be restarted.
 */
export const DEFAULTS = {
  replicas: 2,
  lanes: 2,
  acceleratorType: 'none',
  acceleratorCount: 1,
  authMode: 'None',
  urls: true,
  pages: false,
  cacheSizeLimit: '4Gi',
  terminationGracePeriodSeconds: 45,
  targetCPU: 70,
  servicePort: 80,
  steps: [
    { weight: 5, hold: '2m' },
    { weight: 50, hold: '5m' },
  ],
  minParity: 0.99,
  maxErrorRate: 0.01,
  maxLatencyRatio: 1.5,
  minRequests: 50,
  afterSwitch: '2m',
  promotion: 'Automatic',
  retain: '24h',
  deadline: '15m',
  switchLead: '20s',
} as const;
