import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cliProgram } from './cli-program.js';
import { GATEWAY_PORT } from './route-to-gateway.js';

/** One run of a stack's program, as the engine asks for it. */
export interface ProgramRun {
  /** Where the program runs; its entry point is relative to it. */
  readonly folder: string;
  /** Where Pulumi.yaml is. */
  readonly rootFolder: string;
  readonly entryPoint: string;
  readonly args: readonly string[];
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly configSecretKeys: readonly string[];
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the program's calls of API Gateway go; where they always go, unless given. */
  readonly gatewayPort: number | undefined;
}

/** The Node process of a stack's program. */
export class ProgramProcess {
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;

  /** @param onText is given what the program prints */
  constructor(run: ProgramRun, onText: (text: string) => void) {
    this.#child = spawn(process.execPath, commandLine(run), {
      cwd: run.folder,
      env: {
        ...run.environment,
        // Compiling the SDKs takes as long as running most programs.
        NODE_COMPILE_CACHE: join(dirname(cliProgram()), 'compile-cache'),
        ...(run.gatewayPort === undefined ? {} : { [GATEWAY_PORT]: String(run.gatewayPort) }),
        PULUMI_CONFIG: JSON.stringify(run.config),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.configSecretKeys),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8').on('data', onText);
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
    });
  }

  /** Ends it without asking. */
  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/**
 * The arguments of the Node process.
 *
 * After `execNodejs` of sdk/nodejs/cmd/pulumi-language-nodejs/main.go of https://github.com/pulumi/pulumi.
 */
function commandLine(run: ProgramRun): string[] {
  // The SDK of the program, not ours; the folder may be a link to it.
  const runner = createRequire(join(realpathSync(run.folder), 'index.js')).resolve('@pulumi/pulumi/cmd/run');
  const preload = new URL('./route-to-gateway.js', import.meta.url).href;
  return [
    ...(run.gatewayPort === undefined ? [] : ['--import', preload]),
    runner,
    `--monitor=${run.monitorAddress}`,
    `--engine=${run.engineAddress}`,
    `--organization=${run.organization}`,
    `--root-directory=${run.rootFolder}`,
    `--project=${run.project}`,
    `--stack=${run.stack}`,
    `--pwd=${run.folder}`,
    ...(run.dryRun ? ['--dry-run'] : []),
    `--parallel=${run.parallel}`,
    run.entryPoint,
    ...run.args,
  ];
}
