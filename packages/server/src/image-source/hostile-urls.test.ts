import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { createImageFetcher } from './fetch-image.js';
import { ImageSourceError } from './image-source-error.js';

/** https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry, and what clouds use. */
const CLOSED_NETWORKS = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '255.255.255.255/32', '169.254.169.254/32', '168.63.129.16/32'],
  ...['::/128', '::1/128', '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8', 'fd00:ec2::254/128'],
];

const closedAddress = fc
  .record({ network: fc.constantFrom(...CLOSED_NETWORKS), noise: fc.uint8Array({ minLength: 16, maxLength: 16 }) })
  .map(({ network, noise }) => {
    const [base, prefixBits] = ipaddr.parseCIDR(network);
    const bytes = base.toByteArray().map((byte, index) => {
      const fixedBits = Math.min(8, Math.max(0, prefixBits - 8 * index));
      const mask = (0xff << (8 - fixedBits)) & 0xff;
      return (byte & mask) | ((noise[index] ?? 0) & ~mask & 0xff);
    });
    return ipaddr.fromByteArray(bytes);
  });

/** Every way to write an IPv4 address that the URL standard knows, and some more that readers of URLs have taken. */
function ipv4Notations([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string[] {
  const all = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number) => `0x${value.toString(16)}`;
  const octal = (value: number) => `0${value.toString(8)}`;
  const dotted = [a, b, c, d].join('.');
  const wide = (text: string) => text.replace(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  const circled = (text: string) =>
    text.replace(/[0-9]/g, (digit) => (digit === '0' ? '\u24ea' : String.fromCharCode(0x2460 + Number(digit) - 1)));
  return [
    dotted,
    `${dotted}.`,
    `${dotted}..`,
    String(all),
    `${all}.`,
    hex(all),
    hex(all).toUpperCase(),
    octal(all),
    [a, (b * 256 + c) * 256 + d].join('.'),
    [a, b, c * 256 + d].join('.'),
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    [octal(a), hex(b), c, d].join('.'),
    `0x${all.toString(16).padStart(20, '0')}`,
    wide(dotted),
    circled(dotted),
    dotted.replaceAll('.', '\u3002'),
    dotted.replace(/[0-9]/g, (digit) => `%3${digit}`),
    `[::ffff:${dotted}]`,
    `[::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
    `[0:0:0:0:0:FFFF:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
    `[64:ff9b::${dotted}]`,
    `[2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::1]`,
    `[::${dotted}]`,
  ];
}

function ipv6Notations(parts: readonly number[]): string[] {
  const groups = parts.map((part) => part.toString(16));
  const tail = parts.slice(6).flatMap((part) => [part >> 8, part & 255]);
  return [
    `[${groups.join(':')}]`,
    `[${groups.join(':').toUpperCase()}]`,
    `[${groups.map((group) => group.padStart(4, '0')).join(':')}]`,
    `[${new ipaddr.IPv6([...parts]).toRFC5952String()}]`,
    `[${groups.slice(0, 6).join(':')}:${tail.join('.')}]`,
  ];
}

const hostileHost = closedAddress.chain((address) =>
  fc.constantFrom(...(address instanceof ipaddr.IPv4 ? ipv4Notations(address.octets) : ipv6Notations(address.parts))),
);

const hostileUrl = fc
  .record({
    host: hostileHost,
    scheme: fc.constantFrom('http://', 'https://', 'HTTP://', 'http:\\\\', 'http:/', 'http:', ' http://', 'ht\ttp://'),
    port: fc.constantFrom('', ':80', ':443', ':8080', ':'),
    path: fc.constantFrom(
      '',
      '/',
      '/a.jpg?b=c#d',
      '\\@photos.example.com/',
      '?@photos.example.com',
      '#@photos.example.com',
    ),
  })
  .map(({ scheme, host, port, path }) => `${scheme}${host}${port}${path}`);

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  return outcome.then(
    () => 'fetched',
    (error: unknown) => (error instanceof ImageSourceError ? error.code : `threw ${String(error)}`),
  );
}

describe('an address that is not public', () => {
  it('is refused in every notation, before anything is resolved or connected', async () => {
    let resolved = 0;
    const images = createImageFetcher({
      lookup: () => {
        resolved += 1;
        return Promise.reject(new Error('nothing is resolved here'));
      },
    });
    await fc.assert(
      fc.asyncProperty(hostileUrl, async (url) => {
        // Texts that are no URL at all are refused as such; everything else must be refused for where it leads.
        expect(['url_not_allowed', ...(URL.canParse(url) ? [] : ['invalid_parameter'])]).toContain(
          await codeOf(images.fetch(url)),
        );
      }),
      { numRuns: 2000 },
    );
    expect(resolved).toBe(0);
    await images.close();
  });

  it('is refused when a name resolves to it, alone or among public ones', async () => {
    let addresses: readonly string[] = [];
    const images = createImageFetcher({ lookup: () => Promise.resolve(addresses) });
    await fc.assert(
      fc.asyncProperty(closedAddress, fc.nat(2), fc.nat(2), async (address, before, after) => {
        const open = (count: number) => Array.from({ length: count }, () => '93.184.216.34');
        addresses = [...open(before), address.toString(), ...open(after)];
        expect(await codeOf(images.fetch('https://photos.example.com/'))).toBe('url_not_allowed');
      }),
      { numRuns: 300 },
    );
    await images.close();
  });
});
