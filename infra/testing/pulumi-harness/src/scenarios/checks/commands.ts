import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cliProgram } from '../../pulumi/cli-program.js';
import { runCli, type CliRun } from '../../pulumi/cli-process.js';
import { serveLanguageHost } from '../../pulumi/language-host.js';
import { expect, expectNothingLeft } from '../expect.js';
import { STACK, type Bench } from '../bench.js';
import type { Scenario } from '../scenario.js';
import { CLIENT_KEYS } from '../settings.js';

/** tools/, from dist/scenarios/checks. */
const TOOLS = fileURLToPath(new URL('../../../../../../tools/', import.meta.url));

/** Ends a command that hangs; each works on two stacks. */
const COMMAND_TIMEOUT_MS = 1_200_000;

/** Images by digest, so that none is built and pushed. */
const IMAGE = `registry.example.com/face-comparison@sha256:${'ab'.repeat(32)}`;

/** `npm run deploy` and `npm run destroy`, as users type them. */
export const commands: readonly Scenario[] = [
  {
    name: 'deploy-and-destroy-commands',
    what: 'npm run deploy brings both stacks up and says the URL and what it costs; npm run destroy asks first, takes both away, and looks for what is left',
    run: async ({ shelf }) => {
      const bench = await shelf.empty();
      const shell = await Shell.open(bench);
      try {
        const service = await bench.createStack('service');
        await service.configure({ image: IMAGE, 'operator.image': IMAGE });

        const deployed = await shell.run('deploy.mjs');
        const last = deployed.output.trim().split('\n').at(-1) ?? '';
        expect(
          deployed.exitCode === 0 &&
            /^https:\/\/\S+ answers, after .* \$\d+.* a month at rest.*million images\.$/.test(last),
          'a last line with the URL and the cost',
          `exit code ${deployed.exitCode} and ${deployed.output.slice(-1500)}`,
        );
        const told = Object.values(CLIENT_KEYS).filter((key) => deployed.output.includes(key));
        expect(told.length === 0, 'no key in what is printed', told.join(', '));

        const unasked = await shell.run('destroy.mjs');
        expect(
          unasked.exitCode !== 0 && unasked.output.includes('without a terminal, say --yes'),
          'destroy to ask before it destroys',
          unasked.output.slice(-500),
        );
        const destroyed = await shell.run('destroy.mjs', '--yes');
        expect(
          destroyed.exitCode === 0 && destroyed.output.includes('AWS knows nothing any more that has its tags'),
          'destroy to end and find nothing left',
          destroyed.output.slice(-1500),
        );
        await expectNothingLeft(bench, await bench.stack('platform'));
        return last;
      } finally {
        shell.close();
        await bench.close();
      }
    },
  },
];

/** What a user's shell has: pulumi and aws on the PATH, and a backend that is logged in to. */
class Shell {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #closers: readonly (() => void)[];

  private constructor(environment: NodeJS.ProcessEnv, folder: string, closers: readonly (() => void)[]) {
    this.#environment = environment;
    this.#folder = folder;
    this.#closers = closers;
  }

  static async open(bench: Bench): Promise<Shell> {
    const stack = await bench.stack('service');
    const host = await serveLanguageHost({ environment: stack.environment(), gatewayPort: bench.gatewayPort });
    const tags = await serveTags(bench);
    const bin = join(bench.folder, 'bin');
    await mkdir(bin);
    await symlink(cliProgram(), join(bin, 'pulumi'));
    await writeExecutable(join(bin, 'aws'), awsScript((tags.address() as AddressInfo).port));
    const projects = await bench.mirrorProjects();
    return new Shell(
      {
        ...stack.environment(host.port),
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        FACE_COMPARISON_INFRA: projects,
      },
      projects,
      [() => host.close(), () => tags.close()],
    );
  }

  run(tool: string, ...args: readonly string[]): Promise<CliRun> {
    return runCli({
      program: process.execPath,
      args: [join(TOOLS, tool), '--stack', STACK, ...args],
      folder: this.#folder,
      environment: this.#environment,
      timeoutMs: COMMAND_TIMEOUT_MS,
    });
  }

  close(): void {
    for (const close of this.#closers) close();
  }
}

/** What the command aws answers to a question for everything with our tags. */
async function serveTags({ world }: Bench): Promise<Server> {
  const server = createServer((_request, response) => {
    const arns = world.tagged('face-comparison').map(({ id, outputs: { arn } }) => ({
      ResourceARN: typeof arn === 'string' ? arn : id,
    }));
    response.end(JSON.stringify({ ResourceTagMappingList: arns }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function awsScript(port: number): string {
  return `#!/bin/sh
case "$1" in
--version) echo aws-cli/2 ;;
resourcegroupstaggingapi) exec "${process.execPath}" -e 'fetch("http://127.0.0.1:${port}/").then((r) => r.text()).then(console.log)' ;;
*) echo "no such command here: $*" >&2; exit 2 ;;
esac
`;
}

async function writeExecutable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}
