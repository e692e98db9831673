import ipaddr from 'ipaddr.js';
import { ConfigError } from '../config.js';

/** Names that Fastify knows for networks. */
const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

/** @throws ConfigError for a proxy that is neither an address nor a network */
export function checkTrustedProxies(proxies: readonly string[]): void {
  for (const proxy of proxies) {
    if (NAMED_NETWORKS.includes(proxy) || ipaddr.isValid(proxy) || ipaddr.isValidCIDR(proxy)) continue;
    throw new ConfigError(
      `--trust-proxy: expected an address, a network such as 10.0.0.0/8, or one of ${NAMED_NETWORKS.join(', ')}, got "${proxy}"`,
    );
  }
}
