import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import structpb from 'google-protobuf/google/protobuf/struct_pb.js';
import pluginpb from '@pulumi/pulumi/proto/plugin_pb.js';
import providergrpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import { serve, unary, type RunningServer } from '../src/grpc/server.js';

/** What exists: the inputs by id. */
export type Things = Map<string, Readonly<Record<string, unknown>>>;

/** A provider of things that have a size, which it doubles. */
export function serveThings(things: Things): Promise<RunningServer> {
  let made = 0;
  const outputsOf = (properties: structpb.Struct | undefined): structpb.Struct => {
    const inputs = properties?.toJavaScript() ?? {};
    return structpb.Struct.fromJavaScript({ ...inputs, doubled: Number(inputs['size']) * 2 });
  };
  return serve(providergrpc.ResourceProviderService, {
    handshake: unary(() => new pb.ProviderHandshakeResponse()),
    attach: unary(() => new emptypb.Empty()),
    cancel: unary(() => new emptypb.Empty()),
    getPluginInfo: unary(() => new pluginpb.PluginInfo().setVersion('1.0.0')),
    checkConfig: unary((request: pb.CheckRequest) => new pb.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(() => new pb.DiffResponse()),
    configure: unary(() => new pb.ConfigureResponse().setSupportspreview(true)),
    check: unary((request: pb.CheckRequest) => new pb.CheckResponse().setInputs(request.getNews())),
    diff: unary((request: pb.DiffRequest) => {
      const olds = request.getOldInputs()?.toJavaScript();
      const same = JSON.stringify(olds) === JSON.stringify(request.getNews()?.toJavaScript());
      const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
      return new pb.DiffResponse().setChanges(same ? DIFF_NONE : DIFF_SOME);
    }),
    create: unary((request: pb.CreateRequest) => {
      if (request.getPreview()) return new pb.CreateResponse().setProperties(request.getProperties());
      const id = `thing-${++made}`;
      things.set(id, request.getProperties()?.toJavaScript() ?? {});
      return new pb.CreateResponse().setId(id).setProperties(outputsOf(request.getProperties()));
    }),
    update: unary((request: pb.UpdateRequest) => {
      things.set(request.getId(), request.getNews()?.toJavaScript() ?? {});
      return new pb.UpdateResponse().setProperties(outputsOf(request.getNews()));
    }),
    delete: unary((request: pb.DeleteRequest) => {
      things.delete(request.getId());
      return new emptypb.Empty();
    }),
  });
}
