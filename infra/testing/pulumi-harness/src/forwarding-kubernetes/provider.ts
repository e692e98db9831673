import { isDeepStrictEqual } from 'node:util';
import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import pluginpb from '@pulumi/pulumi/proto/plugin_pb.js';
import providergrpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import { fromStruct, hasUnknown, toStruct } from '../grpc/properties.js';
import { serve, unary, type RunningServer } from '../grpc/server.js';
import type { JsonObject } from '../pulumi/json.js';
import { openCluster, type Cluster } from './cluster.js';
import type { Patience } from './deadline.js';
import { findPrograms, type Programs } from './programs.js';
import { suggestName, type ResourceManager } from './resource.js';
import { statusOfFailure } from './status.js';

export interface ForwardingOptions {
  /** The cluster, where the stack's provider names none. */
  readonly kubeconfig?: string;
  /** Where a relative path of a chart starts: the folder of the program. @default the working directory */
  readonly folder?: string;
  /** @default those of KUBEBUILDER_ASSETS or the PATH */
  readonly programs?: Programs;
}

/** pulumi-kubernetes waits that long unless `customTimeouts` say otherwise. */
const DEFAULT_TIMEOUT_SECONDS = 600;

/**
 * Stands in for the plugin pulumi-resource-kubernetes in tests, since that one cannot be had where no plugin can be
 * fetched: objects go to the API server by server-side apply, Releases to the helm program. Attach it with
 * `PULUMI_DEBUG_PROVIDERS=kubernetes:PORT`.
 *
 * It works on one cluster at a time, that of the provider which was configured last.
 */
export async function serveForwardingKubernetes(options: ForwardingOptions = {}): Promise<RunningServer> {
  const programs = options.programs ?? findPrograms();
  // Ctrl-C ends the waits of one run; the next run configures the provider again.
  let cancelled = new AbortController();
  let settings: JsonObject = {};
  let opened: Promise<Cluster> | undefined;

  const closeCluster = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    await closing?.then((cluster) => cluster.close()).catch(() => undefined);
  };
  const managerOf = async (type: string): Promise<ResourceManager> => {
    opened ??= openCluster(settings, {
      programs,
      kubeconfig: options.kubeconfig ?? process.env['KUBECONFIG'],
      folder: options.folder ?? process.cwd(),
    });
    return (await opened).manager(type);
  };
  const patience = (seconds: number): Patience => ({
    timeoutMs: (seconds || DEFAULT_TIMEOUT_SECONDS) * 1000,
    signal: cancelled.signal,
  });

  const server = await serve(providergrpc.ResourceProviderService, {
    // Neither secrets nor references are understood: the engine sends plain values and marks what was secret by itself.
    handshake: unary(() => new pb.ProviderHandshakeResponse()),
    attach: unary(() => new emptypb.Empty()),
    getPluginInfo: unary(() => new pluginpb.PluginInfo().setVersion('4.34.2')),
    cancel: unary(() => {
      cancelled.abort();
      return new emptypb.Empty();
    }),
    checkConfig: unary((request: pb.CheckRequest) => new pb.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary((request: pb.DiffRequest) =>
      diffOf(fromStruct(request.getOldInputs()), fromStruct(request.getNews()), []),
    ),
    configure: unary(async (request: pb.ConfigureRequest) => {
      const wanted = fromStruct(request.getArgs());
      if (!isDeepStrictEqual(wanted, settings)) await closeCluster();
      settings = wanted;
      if (cancelled.signal.aborted) cancelled = new AbortController();
      return new pb.ConfigureResponse().setSupportspreview(true);
    }),
    check: unary(async (request: pb.CheckRequest) => {
      const manager = await managerOf(request.getType());
      const suggested = suggestName(request.getUrn(), request.getRandomseed_asU8());
      const inputs = manager.check(fromStruct(request.getNews()), fromStruct(request.getOlds()), suggested);
      return new pb.CheckResponse().setInputs(toStruct(inputs));
    }),
    diff: unary(async (request: pb.DiffRequest) => {
      const manager = await managerOf(request.getType());
      const olds = fromStruct(request.getOldInputs());
      const news = fromStruct(request.getNews());
      return diffOf(olds, news, manager.replaces(olds, news));
    }),
    create: unary(async (request: pb.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      if (request.getPreview()) return new pb.CreateResponse().setProperties(toStruct(inputs));
      const manager = await managerOf(request.getType());
      const { id, outputs } = await manager.create(inputs, request.getUrn(), patience(request.getTimeout()));
      return new pb.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }, statusOfFailure),
    update: unary(async (request: pb.UpdateRequest) => {
      const inputs = fromStruct(request.getNews());
      if (request.getPreview()) {
        return new pb.UpdateResponse().setProperties(toStruct({ ...fromStruct(request.getOlds()), ...inputs }));
      }
      const manager = await managerOf(request.getType());
      const wait = patience(request.getTimeout());
      const { outputs } = await manager.update(inputs, request.getUrn(), request.getIgnorechangesList(), wait);
      return new pb.UpdateResponse().setProperties(toStruct(outputs));
    }, statusOfFailure),
    read: unary(async (request: pb.ReadRequest) => {
      const manager = await managerOf(request.getType());
      const resource = await manager.read(request.getId(), fromStruct(request.getInputs()));
      // An empty id says that it is gone.
      if (!resource) return new pb.ReadResponse();
      return new pb.ReadResponse()
        .setId(resource.id)
        .setProperties(toStruct(resource.outputs))
        .setInputs(toStruct(resource.inputs));
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      const manager = await managerOf(request.getType());
      await manager.delete(fromStruct(request.getOldInputs()), patience(request.getTimeout()));
      return new emptypb.Empty();
    }),
  });
  return {
    port: server.port,
    close: () => {
      cancelled.abort();
      server.close();
      void closeCluster();
    },
  };
}

function diffOf(olds: JsonObject, news: JsonObject, replaces: readonly string[]): pb.DiffResponse {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changed = keys.filter((key) => hasUnknown(news[key]) || !isDeepStrictEqual(olds[key], news[key]));
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  return (
    new pb.DiffResponse()
      .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
      .setDiffsList(changed)
      .setReplacesList([...replaces])
      // Two objects cannot have one name at the same time.
      .setDeletebeforereplace(true)
  );
}
