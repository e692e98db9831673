import { runCommand } from './command.js';

const NODE = process.execPath;

describe('runCommand', () => {
  it('returns what the program printed on standard output, and gives it its input', async () => {
    const echo = 'process.stderr.write("aside"); process.stdin.pipe(process.stdout)';

    expect(await runCommand(NODE, ['-e', echo], { input: 'apiVersion: v1\n' })).toBe('apiVersion: v1\n');
  });

  it('adds to the environment and keeps what was there', async () => {
    const print = 'console.log(`${process.env.KUBECONFIG} ${process.env.PATH !== undefined}`)';

    expect(await runCommand(NODE, ['-e', print], { env: { KUBECONFIG: '/x' } })).toBe('/x true\n');
  });

  it('says the command, the status and both outputs when it fails', async () => {
    const script = 'console.log("half done"); console.error("the disk is full"); process.exitCode = 3';

    const failed = runCommand(NODE, ['-e', script]);

    await expect(failed).rejects.toThrow(/-e .*: ended with status 3\nthe disk is full\nhalf done/s);
  });

  it('says which program is not there', async () => {
    await expect(runCommand('no-such-program', ['up'])).rejects.toThrow(/^no-such-program up: .*ENOENT/);
  });

  it('does not fail when the program ends without reading its input', async () => {
    expect(await runCommand(NODE, ['-e', ''], { input: 'x'.repeat(1_000_000) })).toBe('');
  });
});
