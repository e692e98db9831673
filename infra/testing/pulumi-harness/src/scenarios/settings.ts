/** Settings of the stacks under test: as much as the programs can do, so that as much as possible is under test. */
export const SETTINGS = {
  platform: {
    region: 'eu-central-1',
    'apiAccess.cidrs': ['203.0.113.7/32'],
    zones: 2,
    'endpoints.ecr': true,
    'gpu.enabled': true,
    'gpu.minNodes': 1,
    admins: ['arn:aws:iam::123456789012:role/platform-admin'],
    tags: { team: 'faces' },
  },
  service: {
    target: 'aws',
    replicas: 2,
    'gateway.authentication': 'API_KEY',
    'gateway.accessLogs.enabled': true,
    'gateway.accessLogs.setAccountRole': true,
    'gateway.waf.enabled': true,
    'clients.checkin.requestsPerSecond': 5,
  },
} as const;

/** Keys of clients of the service: secrets that must be nowhere in clear. */
export const CLIENT_KEYS: Readonly<Record<string, string>> = {
  checkin: 'a-key-that-nobody-may-see-4f1d2c7e9b',
  kiosk: 'another-key-that-nobody-may-see-8a3b5d',
};
