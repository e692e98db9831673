import { createSocket, type Socket } from 'node:dgram';
import { until } from '../../test/kit/until.js';
import { createHostResolver } from './host-resolver.js';

/** No limit that a slow machine could exceed. */
const NO_LIMIT_MS = 3_600_000;
const A = 1;
const AAAA = 28;

/** Name servers of the tests by what they are closed with. */
const servers: Socket[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A name server that answers with these addresses; `null` for no answer at all. */
async function nameServer(answers: { readonly [A]: string[] | null; readonly [AAAA]: number[][] | null }) {
  const asked = new Set<string>();
  const server = createSocket('udp4');
  servers.push(server);
  server.on('message', (query, from) => {
    // RFC 1035 section 4.1: 12 bytes of header, then the name as counted labels, its type and class.
    const labels: string[] = [];
    let at = 12;
    for (let size = query.readUInt8(at); size > 0; size = query.readUInt8(at)) {
      labels.push(query.toString('latin1', at + 1, at + 1 + size));
      at += 1 + size;
    }
    const type = query.readUInt16BE(at + 1);
    asked.add(labels.join('.').toLowerCase());
    const found =
      type === A ? answers[A]?.map((address) => address.split('.').map(Number)) : type === AAAA ? answers[AAAA] : [];
    if (found === undefined || found === null) {
      return;
    }
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(found.length, 6);
    header.writeUInt32BE(0, 8);
    const records = found.map((address) =>
      Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 1, 0, address.length, ...address]),
    );
    server.send(Buffer.concat([header, query.subarray(12, at + 5), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${server.address().port}`, asked };
}

const SOME_IPV6 = [0x26, 0x06, 0x28, 0, 0x02, 0x20, 0, 1, 2, 0x48, 0x18, 0x93, 0x25, 0xc8, 0x19, 0x46];

describe('a host resolver', () => {
  it('asks DNS for a name from outside as it stands, and puts IPv4 first', async () => {
    const { address, asked } = await nameServer({ [A]: ['93.184.216.34', '10.0.0.1'], [AAAA]: [SOME_IPV6] });
    const resolver = createHostResolver({ timeoutMs: NO_LIMIT_MS, servers: [address] });
    expect(await resolver.resolve('photos.example.com', false)).toEqual([
      '93.184.216.34',
      '10.0.0.1',
      '2606:2800:220:1:248:1893:25c8:1946',
    ]);
    expect([...asked]).toEqual(['photos.example.com']);
  });

  it.each([
    ['IPv4', { [A]: ['93.184.216.34'], [AAAA]: [] }, ['93.184.216.34']],
    ['IPv6', { [A]: [], [AAAA]: [SOME_IPV6] }, ['2606:2800:220:1:248:1893:25c8:1946']],
  ])('is content with %s alone', async (_what, answers, expected) => {
    const { address } = await nameServer(answers);
    const resolver = createHostResolver({ timeoutMs: NO_LIMIT_MS, servers: [address] });
    expect(await resolver.resolve('photos.example.com', false)).toEqual(expected);
  });

  it('tells when a name has no addresses', async () => {
    const { address } = await nameServer({ [A]: [], [AAAA]: [] });
    const resolver = createHostResolver({ timeoutMs: NO_LIMIT_MS, servers: [address] });
    await expect(resolver.resolve('photos.example.com', false)).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('gives up name servers that never answer', async () => {
    const { address } = await nameServer({ [A]: null, [AAAA]: null });
    const resolver = createHostResolver({ timeoutMs: 100, servers: [address] });
    await expect(resolver.resolve('photos.example.com', false)).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  it('ends what it is asking when it is closed', async () => {
    const { address, asked } = await nameServer({ [A]: null, [AAAA]: null });
    const resolver = createHostResolver({ timeoutMs: NO_LIMIT_MS, servers: [address] });
    const resolving = resolver.resolve('photos.example.com', false);
    const failed = expect(resolving).rejects.toMatchObject({ code: 'ECANCELLED' });
    await until('it is asked', () => asked.size > 0);
    resolver.close();
    await failed;
  });

  it('resolves a name that the operator named as the machine does', async () => {
    const { address, asked } = await nameServer({ [A]: ['93.184.216.34'], [AAAA]: [] });
    const resolver = createHostResolver({ timeoutMs: NO_LIMIT_MS, servers: [address] });
    const addresses = await resolver.resolve('localhost', true);
    expect(addresses.some((found) => found === '127.0.0.1' || found === '::1')).toBe(true);
    expect(asked.size).toBe(0);
  });
});
