import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { problemOf } from './kit/answers.js';
import { TEST_CERTIFICATE, TEST_KEY } from './kit/certificate.js';
import { startConnectProxy, type ConnectProxy } from './kit/connect-proxy.js';
import { startImageHost, type ImageHost } from './kit/image-host.js';
import { LITE } from './kit/models.js';
import { removeTemporaryFolders, temporaryFolder } from './kit/plan-file.js';
import { stopServers, TestServer } from './kit/server.js';
import { until } from './kit/until.js';

const PASSWORD = 'a-password-for-the-proxy';
const PUBLIC = '93.184.216.34';

let photos: ImageHost;
let proxy: ConnectProxy;
let server: TestServer;
const models = createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (request, response) => {
  response.end(readFileSync(join(dirname(LITE.manifestPath), (request.url ?? '').replace(/^\/models\//, ''))));
});

/** Everything that leaves this server goes through the proxy; its model lies behind it, at a host that only it knows. */
beforeAll(async () => {
  photos = await startImageHost();
  models.listen(0, '127.0.0.1');
  await once(models, 'listening');
  proxy = await startConnectProxy({
    credentials: `service:${PASSWORD}`,
    routes: {
      [`${PUBLIC}:80`]: Number(photos.host.split(':')[1]),
      'photos.test:443': (models.address() as AddressInfo).port,
    },
  });
  const folder = temporaryFolder();
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, TEST_CERTIFICATE);
  server = await TestServer.ready(['--model', 'https://photos.test/models/manifest.json', '--lanes', '1'], {
    FACE_COMPARISON_EGRESS_PROXY: `http://service:${PASSWORD}@${proxy.host}`,
    FACE_COMPARISON_CACHE_DIR: folder,
    NODE_EXTRA_CA_CERTS: ca,
    // None of them is read.
    HTTP_PROXY: 'http://127.0.0.1:1',
    HTTPS_PROXY: 'http://127.0.0.1:1',
    NODE_USE_ENV_PROXY: '1',
  });
  server.secrets.addKey(PASSWORD);
  server.secrets.addKey(Buffer.from(`service:${PASSWORD}`).toString('base64'));
});

afterAll(async () => {
  await stopServers();
  await photos.close();
  await proxy.close();
  models.close();
  removeTemporaryFolders();
});

describe('a server behind an egress proxy', () => {
  it('downloads its model through it', () => {
    expect(proxy.asked).toContain('photos.test:443');
  });

  it('fetches photos through it', async () => {
    const response = await server.postJson('/face_comparison', { url: `http://${PUBLIC}/photos/sample1.jpg` });
    expect((await server.readFaces(response)).Faces).toHaveLength(3);
    expect(proxy.asked).toContain(`${PUBLIC}:80`);
  });

  it('does not ask it for a private address', async () => {
    const asked = proxy.asked.length;
    await problemOf(await server.postJson('/face_comparison', { url: 'http://10.0.0.1/' }), 'url_not_allowed');
    await problemOf(await server.postJson('/face_comparison', { url: `http://${proxy.host}/` }), 'url_not_allowed');
    expect(proxy.asked).toHaveLength(asked);
  });

  it('tells the client that the proxy refused, and the operator which one and why', async () => {
    const { detail } = await problemOf(
      await server.postJson('/face_comparison', { url: 'http://93.184.216.35/a.jpg' }),
      'url_unreachable',
    );
    expect(detail).toBe('the host of url could not be reached: the egress proxy of the service answered 502');
    const line = await until('the log says why', () =>
      server.lines.find(({ msg }) => msg === 'the egress proxy opened no connection'),
    );
    expect(line).toMatchObject({
      level: 'warn',
      reason: `egress proxy http://${proxy.host} answered 502 Not Here to CONNECT 93.184.216.35:80`,
    });
  });
});

it('does not start with a proxy that is none, and shows nothing of it', async () => {
  const { code, stdout, stderr } = await TestServer.run([], {
    FACE_COMPARISON_EGRESS_PROXY: `socks5://service:${PASSWORD}@proxy.example:1080`,
  });
  expect(code).toBe(2);
  expect(stderr).toContain('FACE_COMPARISON_EGRESS_PROXY: expected http://[user:password@]host[:port]');
  expect(stdout + stderr).not.toContain(PASSWORD);
});
