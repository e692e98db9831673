import * as grpc from '@grpc/grpc-js';
import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import enginegrpc from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import enginepb from '@pulumi/pulumi/proto/engine_pb.js';
import languagegrpc from '@pulumi/pulumi/proto/language_grpc_pb.js';
import pb from '@pulumi/pulumi/proto/language_pb.js';
import pluginpb from '@pulumi/pulumi/proto/plugin_pb.js';
import { serve, unary, type RunningServer } from '../grpc/server.js';
import { ProgramProcess, type ProgramRun } from './program-process.js';

export interface LanguageHostOptions {
  /** Environment of the program: that of the CLI. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where the program's calls of API Gateway go; where they always go, unless given. */
  readonly gatewayPort?: number | undefined;
}

/** What the Node program of a stack wrote while the CLI ran. */
export interface LanguageHost extends RunningServer {
  /** Standard output and standard error of every run of the program, in order. */
  written(): string;
}

/**
 * Stands in for the plugin pulumi-language-nodejs, which cannot be had as a Go module: attach it to one run of the CLI
 * with `PULUMI_DEBUG_LANGUAGES=nodejs:PORT`. It starts the program as the plugin does: a Node process that runs
 * `@pulumi/pulumi/cmd/run` in the project's folder and speaks to the engine by itself.
 *
 * One host serves one run of the CLI, for the engine's address comes with the handshake.
 */
export async function serveLanguageHost(options: LanguageHostOptions): Promise<LanguageHost> {
  let engineAddress = '';
  let written = '';
  const running = new Set<ProgramProcess>();
  const endAll = (): void => {
    for (const program of running) program.end();
  };

  const server = await serve(languagegrpc.LanguageRuntimeService, {
    handshake: unary((request: pb.LanguageHandshakeRequest) => {
      engineAddress = request.getEngineAddress();
      return new pb.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new pluginpb.PluginInfo()),
    // No plugin is required: the providers are attached by their ports.
    getRequiredPlugins: unary(() => new pb.GetRequiredPluginsResponse()),
    getRequiredPackages: unary(() => new pb.GetRequiredPackagesResponse()),
    runtimeOptionsPrompts: unary(() => new pb.RuntimeOptionsResponse()),
    getProgramDependencies: unary(() => new pb.GetProgramDependenciesResponse()),
    about: unary(() => {
      const about = new pb.AboutResponse();
      about.setExecutable(process.execPath);
      about.setVersion(process.version);
      return about;
    }),
    installDependencies: (
      call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
    ) => call.end(),
    cancel: unary(() => {
      endAll();
      return new emptypb.Empty();
    }),
    run: unary(async (request: pb.RunRequest) => {
      const engine = new enginegrpc.EngineClient(engineAddress, grpc.credentials.createInsecure());
      const program = new ProgramProcess(programRun(request, engineAddress, options), (text) => {
        written += text;
        log(engine, text);
      });
      running.add(program);
      try {
        return responseOf(await program.ended);
      } finally {
        running.delete(program);
        engine.close();
      }
    }),
  });
  return {
    port: server.port,
    written: () => written,
    close: () => {
      endAll();
      server.close();
    },
  };
}

function programRun(request: pb.RunRequest, engineAddress: string, options: LanguageHostOptions): ProgramRun {
  return {
    folder: request.getPwd(),
    rootFolder: request.getInfo()?.getRootDirectory() ?? request.getPwd(),
    entryPoint: request.getInfo()?.getEntryPoint() ?? request.getProgram(),
    args: request.getArgsList(),
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    config: Object.fromEntries(request.getConfigMap().getEntryList()),
    configSecretKeys: request.getConfigsecretkeysList(),
    dryRun: request.getDryrun(),
    parallel: request.getParallel(),
    monitorAddress: request.getMonitorAddress(),
    engineAddress,
    environment: options.environment,
    gatewayPort: options.gatewayPort,
  };
}

/** How the plugin tells the engine of an end, by the exit code that @pulumi/pulumi/cmd/run gives. */
function responseOf(exitCode: number | NodeJS.Signals): pb.RunResponse {
  const response = new pb.RunResponse();
  if (exitCode === 0) return response;
  // The program has told the user what is wrong already.
  if (exitCode === 32) response.setBail(true);
  else if (typeof exitCode === 'number') response.setError(`Program exited with non-zero exit code: ${exitCode}`);
  else response.setError(`Program was ended by ${exitCode}`);
  return response;
}

/** What a program prints is shown among the stack's messages, as the plugin's own output is. */
function log(engine: enginegrpc.EngineClient, text: string): void {
  const message = new enginepb.LogRequest();
  message.setSeverity(enginepb.LogSeverity.INFO);
  message.setMessage(text);
  engine.log(message, () => {
    // The run may be over: then nobody listens any more.
  });
}
