import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IPv4 or IPv6 address; IPv4-mapped IPv6 addresses are IPv4 addresses here, as they are to the network. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** All addresses that begin with the same bits. */
export interface Network {
  readonly base: IpAddress;
  readonly prefixBits: number;
}

/**
 * The address that a text in its usual notation stands for, or null. Short and numeric forms (`127.1`, `0x7f000001`) are
 * null: the URL parser has already turned those that it knows into the usual notation.
 */
export function parseAddress(text: string): IpAddress | null {
  return isIP(text) === 0 ? null : ipaddr.process(text);
}

/** The network that `address/bits` or a lone address stands for, or null. */
export function parseNetwork(text: string): Network | null {
  const [addressText = '', bitsText, ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === null || rest.length > 0) {
    return null;
  }
  const addressBits = address.kind() === 'ipv4' ? 32 : 128;
  if (bitsText === undefined) {
    return { base: address, prefixBits: addressBits };
  }
  const prefixBits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Infinity;
  return prefixBits > addressBits ? null : { base: address, prefixBits };
}

/** Whether an address lies in a network; never across the two families. */
export function isInNetwork(address: IpAddress, network: Network): boolean {
  return address.kind() === network.base.kind() && address.match(network.base, network.prefixBits);
}

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (parsed === null) {
    throw new RangeError(`${text} is not a network`);
  }
  return parsed;
}

/** https://www.iana.org/assignments/ipv6-address-space: all that was ever given out as global unicast. */
const GLOBAL_IPV6 = network('2000::/3');

/**
 * Where clouds answer with credentials, whatever range the address belongs to: link-local (AWS, GCP, Azure and OpenStack
 * instance metadata, ECS and EKS pod credentials), their IPv6 forms on AWS and GCP, Alibaba, Oracle, and Azure's
 * platform address, which lies in public space.
 */
const CREDENTIAL_NETWORKS = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::/32',
  'fd20:ce::/32',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
].map(network);

/** Whether an address is one from which a cloud hands out credentials, or on the local link. */
export function isCredentialAddress(address: IpAddress): boolean {
  return CREDENTIAL_NETWORKS.some((credentials) => isInNetwork(address, credentials));
}

/** Whether an address is public unicast: the only kind that is fetched from unless the operator says otherwise. */
export function isPublicAddress(address: IpAddress): boolean {
  return (
    address.range() === 'unicast' &&
    (address.kind() === 'ipv4' || isInNetwork(address, GLOBAL_IPV6)) &&
    !isCredentialAddress(address)
  );
}

/** Whether an address is one that organisations use inside: RFC 1918, carrier-grade NAT, unique local IPv6. */
export function isInternalAddress(address: IpAddress): boolean {
  return ['private', 'carrierGradeNat', 'uniqueLocal'].includes(address.range()) && !isCredentialAddress(address);
}
