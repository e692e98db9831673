import { inspect } from 'node:util';
import { startConnectProxy } from '../../test/kit/connect-proxy.js';
import { PROXY_CERTIFICATE } from '../../test/kit/certificate.js';
import { until } from '../../test/kit/until.js';
import { EgressProxy } from './egress-proxy.js';

const anyTime = (): AbortSignal => new AbortController().signal;

describe('EgressProxy.parse', () => {
  it.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128'],
    ['http://proxy.example:3128/', 'http://proxy.example:3128'],
    ['https://proxy.example', 'https://proxy.example'],
    ['http://[fd00::1]:3128', 'http://[fd00::1]:3128'],
    ['http://user:p%40ss%3Aword@proxy.example:3128', 'http://proxy.example:3128'],
  ])('reads %s', (text, origin) => {
    expect(EgressProxy.parse(text).origin).toBe(origin);
  });

  it.each([
    '',
    'proxy.example:3128',
    'socks5://proxy.example:1080',
    'http://proxy.example/path',
    'http://proxy.example/?a=b',
    'http://proxy.example/#a',
    'http://user:%zz@proxy.example',
    'http://',
  ])('refuses %j and repeats nothing of it', (text) => {
    expect(() => EgressProxy.parse(text)).toThrow(
      new RangeError('expected http://[user:password@]host[:port] or https://[user:password@]host[:port]'),
    );
  });

  it('shows its credentials to nobody', () => {
    const proxy = EgressProxy.parse('http://user:secret@proxy.example:3128');
    const encoded = Buffer.from('user:secret').toString('base64');
    for (const shown of [inspect(proxy, { showHidden: true, depth: 9 }), JSON.stringify(proxy)]) {
      expect(shown).not.toContain('secret');
      expect(shown).not.toContain(encoded);
    }
  });
});

describe('a proxy that opens no tunnel', () => {
  const target = { host: 'photos.example.com', port: 443 };

  it.each([407, 403, 502])('says that it answered %i, and to what', async (status) => {
    const server = await startConnectProxy({ answer: status });
    const proxy = EgressProxy.parse(`http://me:secret@${server.host}`);
    await expect(proxy.openTunnel(target, { signal: anyTime() })).rejects.toMatchObject({
      failure: { kind: 'refused', status },
      message: `egress proxy http://${server.host} answered ${status} Not Here to CONNECT photos.example.com:443`,
    });
    await server.close();
  });

  it('says that it cannot be reached', async () => {
    const server = await startConnectProxy();
    await server.close();
    const opening = EgressProxy.parse(`http://me:secret@${server.host}`).openTunnel(target, { signal: anyTime() });
    await expect(opening).rejects.toMatchObject({
      failure: { kind: 'unreachable' },
      message: `egress proxy http://${server.host} cannot be reached: connect ECONNREFUSED ${server.host}`,
    });
  });

  it('is left when the attempt is ended', async () => {
    const server = await startConnectProxy({ answer: 'silent' });
    const ending = new AbortController();
    const opening = EgressProxy.parse(`http://${server.host}`).openTunnel(target, { signal: ending.signal });
    const failed = expect(opening).rejects.toMatchObject({
      failure: { kind: 'timeout' },
      message: `egress proxy http://${server.host} did not answer CONNECT photos.example.com:443: too late`,
    });
    await until('the proxy is asked', () => server.asked.length === 1);
    ending.abort(new Error('too late'));
    await failed;
    await until('the proxy is left', () => server.open() === 0);
    await server.close();
  });

  it('has to prove who it is where it speaks TLS', async () => {
    const server = await startConnectProxy({ isTls: true });
    const { port } = server;
    const open = (host: string, ca?: readonly string[]): Promise<unknown> =>
      EgressProxy.parse(`https://${host}:${port}`).openTunnel(target, { signal: anyTime(), ca });
    await expect(open('127.0.0.1')).rejects.toThrow(/cannot be reached: self-signed certificate/);
    await expect(open('localhost', [PROXY_CERTIFICATE])).rejects.toThrow(
      /cannot be reached: Hostname\/IP does not match/,
    );
    expect(server.asked).toEqual([]);
    await expect(open('127.0.0.1', [PROXY_CERTIFICATE])).rejects.toMatchObject({ failure: { status: 502 } });
    await server.close();
  });
});
