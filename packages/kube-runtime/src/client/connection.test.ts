import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { KubeConfig } from '@kubernetes/client-node';
import { selfSigned } from '../testing/self-signed.js';
import { KubeClient } from './client.js';
import { resources } from '../resources.js';

describe('a connection', () => {
  let server: Http2SecureServer;
  let kubeConfig: KubeConfig;
  const versions: string[] = [];
  beforeAll(async () => {
    const { cert, key } = selfSigned();
    server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
      versions.push(request.httpVersion);
      response.setHeader('content-type', 'application/json');
      response.end('{"items":[],"metadata":{"resourceVersion":"1"}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser(
      {
        name: 'x',
        server: `https://127.0.0.1:${port}`,
        caData: Buffer.from(cert).toString('base64'),
        skipTLSVerify: false,
      },
      { name: 'x' },
    );
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  it('speaks HTTP/1.1 to a server that would rather speak HTTP/2', async () => {
    const client = new KubeClient({ kubeConfig, fieldManager: 'us' });
    await client.list(resources.pods);
    await client.close();
    expect(versions).toEqual(['1.1']);
  });

  it('needs a cluster', () => {
    expect(() => new KubeClient({ kubeConfig: new KubeConfig(), fieldManager: 'us' })).toThrow(
      'the kubeconfig has no current context with a cluster',
    );
  });

  it('is not made to a cluster that nobody named', () => {
    const saved = { ...process.env };
    try {
      process.env['HOME'] = '/nonexistent';
      delete process.env['KUBECONFIG'];
      expect(() => KubeClient.fromEnvironment({ fieldManager: 'us' })).toThrow('no cluster: KUBECONFIG is not set');
    } finally {
      Object.assign(process.env, saved);
    }
  });
});
