import type { ResolvedSpec } from '../api/v1alpha1/index.js';
import { HTTP_PORT, METRICS_PORT, PLAN_KEY } from './names.js';
import { drainSeconds } from './shutdown.js';

/** Where the volumes of the pods are mounted. */
export const MOUNTS = {
  plan: '/etc/face-comparison/plan',
  keys: '/etc/face-comparison/keys',
  cache: '/var/cache/face-comparison',
  tmp: '/tmp',
} as const;

/** Entry of the Secret that is the keys file. */
export const KEYS_KEY = 'keys.json';

/** Flags of the server: docs/reference/configuration.md. */
export function serverArgs(spec: ResolvedSpec): string[] {
  const { lanes, accelerator, auth, images, s3, pages, pod } = spec;
  return [
    ...flag('host', '0.0.0.0'),
    ...flag('port', HTTP_PORT.number),
    ...flag('metrics-port', METRICS_PORT.number),
    ...flag('plan', `${MOUNTS.plan}/${PLAN_KEY}`),
    ...flag('cache-dir', MOUNTS.cache),
    ...flag('lanes', lanes),
    ...flag('accelerator', accelerator.type),
    ...flag('drain', `${drainSeconds(pod.terminationGracePeriodSeconds)}s`),
    ...flag('pages', onOff(pages)),
    ...flag('urls', onOff(images.urls)),
    ...images.allowHosts.flatMap((host) => flag('allow-host', host)),
    ...images.s3Buckets.flatMap((bucket) => flag('s3-bucket', bucket)),
    ...flag('max-image-size', images.maxBytes && `${images.maxBytes}B`),
    ...flag('s3-endpoint', s3.endpoint),
    ...flag('s3-region', s3.region),
    ...(auth.mode === 'ApiKey' ? flag('keys-file', `${MOUNTS.keys}/${KEYS_KEY}`) : []),
  ];
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, `${value}`];
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}
