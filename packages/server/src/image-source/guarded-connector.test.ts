import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { AddressNotAllowedError, createGuardedConnector } from './guarded-connector.js';
import { createHostPolicy, type HostPolicyConfig } from './host-policy.js';
import { createHostResolver } from './host-resolver.js';

/** No limit that a slow machine could exceed. */
const NO_LIMIT_MS = 3_600_000;

let server: Server;
let port: string;
let connections = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = String((server.address() as AddressInfo).port);
});

beforeEach(() => {
  connections = 0;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Opens a socket as undici would, behind every check of URLs, and closes it. */
function open(
  target: Partial<buildConnector.Options>,
  config: Partial<HostPolicyConfig>,
  addresses: readonly string[],
) {
  const connector = createGuardedConnector({
    policy: createHostPolicy({ allowHosts: [], denyHosts: [], allowedPorts: [Number(port)], ...config }),
    resolver: createHostResolver({ timeoutMs: NO_LIMIT_MS, lookup: () => Promise.resolve(addresses) }),
    connectTimeoutMs: NO_LIMIT_MS,
  });
  return new Promise<string>((resolve, reject) => {
    connector.connect(
      { hostname: 'photos.example.com', protocol: 'http:', port, ...target },
      (...[error, socket]: [Error, null] | [null, Socket]) => {
        if (error === null) {
          resolve(`${socket.remoteAddress ?? ''}:${String(socket.remotePort)}`);
          socket.destroy();
        } else {
          reject(error);
        }
      },
    );
  });
}

describe('a guarded connector, where no URL was checked before', () => {
  it.each(['127.0.0.1', '::1', '[::1]', '::ffff:127.0.0.1', '169.254.169.254', 'localhost'])(
    'opens no socket to %s',
    async (hostname) => {
      await expect(open({ hostname }, {}, ['127.0.0.1'])).rejects.toThrow(AddressNotAllowedError);
      await expect(open({ hostname, protocol: 'https:' }, {}, ['127.0.0.1'])).rejects.toThrow(AddressNotAllowedError);
      expect(connections).toBe(0);
    },
  );

  it('opens no socket for a name of which any address is not allowed', async () => {
    for (const addresses of [['127.0.0.1'], ['127.0.0.1', '127.0.0.2'], ['127.0.0.2', '127.0.0.1'], []]) {
      await expect(open({}, { allowHosts: ['127.0.0.2'] }, addresses)).rejects.toThrow();
    }
    expect(connections).toBe(0);
  });

  it('opens the socket to the address that was allowed', async () => {
    expect(await open({}, { allowHosts: ['127.0.0.1'] }, ['127.0.0.1'])).toBe(`127.0.0.1:${port}`);
    expect(await open({ hostname: '127.0.0.1' }, { allowHosts: ['127.0.0.0/8'] }, [])).toBe(`127.0.0.1:${port}`);
  });

  it('takes the port of the protocol where none is given', async () => {
    const closed = { allowedPorts: [1] };
    await expect(open({ port: '' }, closed, ['93.184.216.34'])).rejects.toThrow(AddressNotAllowedError);
    await expect(open({ port: '', protocol: 'https:' }, closed, ['93.184.216.34'])).rejects.toThrow(
      AddressNotAllowedError,
    );
  });
});
