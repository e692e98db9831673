import { join } from 'node:path';
import { findFreePort, startProcess } from './managed-server.js';

const options = (program: string, port: number): Parameters<typeof startProcess>[0] => ({
  name: 'the program',
  command: process.execPath,
  args: ['-e', program],
  baseUrl: `http://127.0.0.1:${port}`,
  readyPath: '/ready',
  readyTimeoutMs: 300_000,
});

describe('startProcess', () => {
  it('waits until the process says that it is ready, and stops it', async () => {
    const port = await findFreePort();
    // Alive, but not ready, for its first two looks.
    const program = `let looks = 0;
      require('node:http').createServer((q, r) => r.writeHead(++looks > 2 ? 200 : 503).end()).listen(${port}, '127.0.0.1');`;
    const started = await startProcess(options(program, port));
    expect(started.readyMs).toBeGreaterThan(0);
    await started.stop();
    expect(() => process.kill(started.pid, 0)).toThrow('ESRCH');
  });

  it('gives the last words of a process that ends', async () => {
    const program = "console.error('no model here'); process.exit(3)";
    await expect(startProcess(options(program, await findFreePort()))).rejects.toThrow(
      /the program did not start: it ended with 3\n[^]*no model here/,
    );
  });

  it('stops a process that does not get ready in time', async () => {
    const hangs = { ...options('setInterval(() => {}, 1000)', await findFreePort()), readyTimeoutMs: 100 };
    await expect(startProcess(hangs)).rejects.toThrow('was not ready after 100 ms (last status none)');
  });

  it('says which program cannot be run', async () => {
    const missing = { ...options('', await findFreePort()), command: join(__dirname, 'no-such-program') };
    await expect(startProcess(missing)).rejects.toThrow('ENOENT');
  });
});
