import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { LITE } from './kit/models.js';
import { photo } from './kit/pictures.js';
import { stopServers, TestServer } from './kit/server.js';

afterAll(stopServers);

describe('a server that cannot start', () => {
  it.each([
    ['an unknown flag', ['--prot', '80'], {}, /--prot/],
    ['a value that is none', ['--queue-limit', 'many'], {}, /--queue-limit.*whole number.*"many"/],
    [
      'a value that is none in the environment',
      [],
      { FACE_COMPARISON_DEADLINE: '30' },
      /FACE_COMPARISON_DEADLINE.*30s/,
    ],
    ['a model that is not there', ['--model', '/nowhere/manifest.json'], {}, /\/nowhere\/manifest\.json/],
    ['another manifest than it was told', ['--model-sha256', '0'.repeat(64)], {}, /sha256/],
    ['a host rule that is none', ['--allow-host', 'http://a b'], {}, /--allow-host/],
    ['a proxy that is no address', ['--trust-proxy', 'the-proxy'], {}, /--trust-proxy/],
  ])('because of %s says so in one line and ends with 2', async (_what, args, env, message) => {
    const { code, stderr } = await TestServer.run(args, env);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('because its port is taken names the flag to choose another, and leaves no process behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await TestServer.run(['--model', LITE.manifestPath, '--port', String(port)]);
    other.close();
    expect(code).toBe(2);
    expect(stderr).toContain(`port ${port} is taken by another program; choose one with --port N`);
  });
});

it('ends when its only model cannot be run on what it was told to use, and does not fall back to something slower', async () => {
  // Also on a machine with CUDA: it is hidden.
  const { code, stderr } = await TestServer.run(
    ['--model', LITE.manifestPath, '--accelerator', 'nvidia', '--lanes', '1'],
    { CUDA_VISIBLE_DEVICES: '-1' },
  );
  expect(code).toBe(1);
  expect(stderr).toContain('CUDA');
});

it('prints every option with --help', async () => {
  const { code, stdout } = await TestServer.run(['--help']);
  expect(code).toBe(0);
  for (const flag of ['--port', '--plan', '--keys-file', '--allow-host', '--deadline', '--accelerator']) {
    expect(stdout).toContain(`\n  ${flag} `);
  }
});

it('takes its settings from the environment, a flag winning over it', async () => {
  const server = await TestServer.ready(['--max-image-size', '1KiB'], {
    FACE_COMPARISON_MODEL: LITE.manifestPath,
    FACE_COMPARISON_LANES: '1',
    FACE_COMPARISON_MAX_IMAGE_SIZE: '10MiB',
  });
  expect(await server.lanes()).toHaveLength(1);
  expect((await server.postImage(photo())).status).toBe(413);
  await server.stop();
});
