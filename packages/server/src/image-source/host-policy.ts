import { isCredentialAddress, isInNetwork, isInternalAddress, isPublicAddress } from './public-address.js';
import { type Network, parseAddress, parseNetwork } from './public-address.js';

/** Which hosts may be reached. */
export interface HostPolicyConfig {
  /**
   * Exceptions to the rule that only public addresses on `allowedPorts` are reached:
   *
   * - `minio.models.svc` or `minio.models.svc:9000`: that name, whatever it resolves to;
   * - `*.corp.example` or `*.corp.example:8443`: the names below it, also where they resolve to RFC 1918, carrier-grade NAT
   *   or unique local addresses; never to loopback, link-local or a cloud's credential addresses;
   * - `10.0.0.7`, `10.0.0.7:9000`, `[fd00::7]:9000` or `10.0.0.0/8`: those addresses, written as such or resolved to from a
   *   public name. Link-local and credential addresses only where the network itself begins among them
   *   (`169.254.169.254`, `169.254.0.0/16`; not `0.0.0.0/0`).
   *
   * An entry without a port opens every port.
   */
  readonly allowHosts: readonly string[];
  /** Never reached, in the same notation; wins over `allowHosts`. */
  readonly denyHosts: readonly string[];
  /** Ports that may be reached without an exception. */
  readonly allowedPorts: readonly number[];
}

/** What the policy says of a host before its name is resolved. */
export type HostVerdict = 'allowed' | 'host_not_allowed' | 'port_not_allowed';

/** Decides which hosts and addresses may be reached. Pure: it resolves nothing and opens nothing. */
export interface HostPolicy {
  /** What to say of a URL's host; a name that is allowed here may still resolve to an address that is not. */
  readonly judgeHost: (hostname: string, port: number) => HostVerdict;
  /** Whether a socket may be opened to this address on behalf of this host. */
  readonly allowsAddress: (hostname: string, port: number, address: string) => boolean;
  /** Whether the operator named this host, so that its name may be resolved as the machine itself would. */
  readonly isNamed: (hostname: string, port: number) => boolean;
  /** Whether the operator allowed this very name, whatever it resolves to. */
  readonly isTrusted: (hostname: string, port: number) => boolean;
}

type Entry =
  | { readonly kind: 'name'; readonly name: string; readonly port: number | null }
  | { readonly kind: 'suffix'; readonly suffix: string; readonly port: number | null }
  | { readonly kind: 'network'; readonly network: Network; readonly port: number | null };

/**
 * Names that mean something inside a network and nothing outside: RFC 6761, 6762, 7686 and 8375, ICANN's `.internal`, and
 * Kubernetes' `.svc`. Together with names of one label they are not even resolved, so that an answer does not tell
 * which of them exist.
 */
const INSIDE_SUFFIXES = ['.localhost', '.local', '.onion', '.home.arpa', '.internal', '.svc'];

/**
 * @throws RangeError naming the entry that cannot be read.
 */
export function createHostPolicy(config: HostPolicyConfig): HostPolicy {
  const allowed = config.allowHosts.map(parseEntry);
  const denied = config.denyHosts.map(parseEntry);

  function named(entries: readonly Entry[], kind: 'name' | 'suffix', hostname: string, port: number): boolean {
    return entries.some(
      (entry) =>
        entry.kind === kind &&
        coversPort(entry, port) &&
        (entry.kind === 'name' ? entry.name === hostname : hostname.endsWith(entry.suffix)),
    );
  }

  function isDenied(hostname: string, port: number): boolean {
    return named(denied, 'name', hostname, port) || named(denied, 'suffix', hostname, port);
  }

  function allowsAddress(hostname: string, port: number, addressText: string): boolean {
    const address = parseAddress(addressText);
    if (address === null || isDenied(hostname, port)) {
      return false;
    }
    const covers = (entry: Entry) =>
      entry.kind === 'network' && coversPort(entry, port) && isInNetwork(address, entry.network);
    if (denied.some(covers)) {
      return false;
    }
    const opens = (entry: Entry) =>
      covers(entry) &&
      entry.kind === 'network' &&
      (!isCredentialAddress(address) || isCredentialAddress(entry.network.base));
    return (
      named(allowed, 'name', hostname, port) ||
      allowed.some(opens) ||
      (named(allowed, 'suffix', hostname, port) && (isInternalAddress(address) || isPublicAddress(address))) ||
      (isPublicAddress(address) && config.allowedPorts.includes(port))
    );
  }

  function isNamed(hostname: string, port: number): boolean {
    return (
      !isDenied(hostname, port) && (named(allowed, 'name', hostname, port) || named(allowed, 'suffix', hostname, port))
    );
  }

  function judgeHost(hostname: string, port: number): HostVerdict {
    if (parseAddress(hostname) !== null) {
      if (allowsAddress(hostname, port, hostname)) {
        return 'allowed';
      }
      const onlyPortIsWrong = config.allowedPorts.some((other) => allowsAddress(hostname, other, hostname));
      return onlyPortIsWrong ? 'port_not_allowed' : 'host_not_allowed';
    }
    if (isNamed(hostname, port)) {
      return 'allowed';
    }
    if (isDenied(hostname, port) || isInsideName(hostname)) {
      return 'host_not_allowed';
    }
    const mayBeOpened = allowed.some((entry) => entry.kind === 'network' && coversPort(entry, port));
    return config.allowedPorts.includes(port) || mayBeOpened ? 'allowed' : 'port_not_allowed';
  }

  const isTrusted = (hostname: string, port: number): boolean =>
    !isDenied(hostname, port) && named(allowed, 'name', hostname, port);

  return { judgeHost, allowsAddress, isNamed, isTrusted };
}

function coversPort(entry: Entry, port: number): boolean {
  return entry.port === null || entry.port === port;
}

function isInsideName(hostname: string): boolean {
  return !hostname.includes('.') || INSIDE_SUFFIXES.some((suffix) => hostname.endsWith(suffix));
}

function parseEntry(text: string): Entry {
  const network = parseNetwork(text);
  if (network !== null) {
    return { kind: 'network', network, port: null };
  }
  const parts = /^(?<wildcard>\*\.)?(?<host>\[[^\]]+\]|[^*:/?#@[\]\s\\]+)(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  const host = parts?.['host'] ?? '';
  const port = parts?.['port'] === undefined ? null : Number(parts['port']);
  if (URL.canParse(`http://${host}`) && (port === null || (port > 0 && port <= 65535))) {
    // The same parser reads the URLs, so that both sides write a name the same way (case, IDNA).
    const name = withoutBrackets(new URL(`http://${host}`).hostname).replace(/\.+$/, '');
    const address = parseNetwork(name);
    if (parts?.['wildcard'] === undefined && name !== '') {
      return address === null ? { kind: 'name', name, port } : { kind: 'network', network: address, port };
    }
    if (address === null && name !== '') {
      return { kind: 'suffix', suffix: `.${name}`, port };
    }
  }
  throw new RangeError(
    `${JSON.stringify(text)} is not a host; expected name, name:port, *.suffix, address, [address]:port or address/bits`,
  );
}

/** The address of `[address]`, as URLs write IPv6; anything else unchanged. */
export function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
}
