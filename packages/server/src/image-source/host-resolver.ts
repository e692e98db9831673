import { promises as dns, type LookupAddress } from 'node:dns';

/** The addresses of a name, in the order in which they are to be tried. Rejects where there are none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** Resolves names. */
export interface HostResolver {
  /**
   * The addresses of a name. A name that the operator named (`isNamed`) is resolved as any program on the machine would:
   * hosts file, search domains. Any other name comes from outside and is asked of DNS as it stands, so that it cannot be
   * completed by a search domain (`kubernetes.default` -> `kubernetes.default.svc.cluster.local`), and without libuv's
   * thread pool, whose few threads a name server that never answers would block.
   */
  resolve(hostname: string, isNamed: boolean): Promise<readonly string[]>;
  /** Ends what is being resolved. */
  close(): void;
}

/**
 * @param options.timeoutMs Longest wait for one answer of a name server; it is asked twice.
 * @param options.servers Name servers, as `address` or `address:port`; those of the machine unless given.
 * @param options.lookup Resolves every name instead of the machine.
 */
export function createHostResolver(options: {
  readonly timeoutMs: number;
  readonly servers?: readonly string[];
  readonly lookup?: Lookup;
}): HostResolver {
  const { lookup } = options;
  const resolver = new dns.Resolver({ timeout: options.timeoutMs, tries: 2 });
  if (options.servers !== undefined) {
    resolver.setServers(options.servers);
  }

  async function fromDns(hostname: string): Promise<readonly string[]> {
    // IPv4 first: where a cluster has no way out over IPv6, no time is lost on trying it.
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) {
      const [first] = answers;
      throw first.status === 'rejected' ? first.reason : new Error(`${hostname} has no addresses`);
    }
    return addresses;
  }

  async function fromMachine(hostname: string): Promise<readonly string[]> {
    const found: LookupAddress[] = await dns.lookup(hostname, { all: true });
    return found.map(({ address }) => address);
  }

  return {
    resolve: (hostname, isNamed) =>
      lookup === undefined ? (isNamed ? fromMachine(hostname) : fromDns(hostname)) : lookup(hostname),
    close: () => resolver.cancel(),
  };
}
