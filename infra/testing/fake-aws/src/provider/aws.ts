import type * as grpc from '@grpc/grpc-js';
import pluginpb from '@pulumi/pulumi/proto/plugin_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import { kindOf, rowOf } from '../catalogue/catalogue.js';
import type { Props } from '../catalogue/kind.js';
import { sdkSchema } from '../catalogue/sdk-schema.js';
import { callFunction } from '../functions/functions.js';
import { AwsError } from '../account/aws-error.js';
import { tagsOf } from '../account/describe.js';
import type { Entity } from '../account/entity.js';
import { isRecord } from '../account/paths.js';
import type { Call, World } from '../world/world.js';
import { checkInputs } from './check.js';
import { difference } from './diff.js';
import { previewOfCreate, previewOfUpdate } from './preview.js';
import { serveProvider, unary, type Served } from './serve.js';
import { toStatus } from './status.js';
import { typeOf } from './urn.js';
import { fromStruct, markSecrets, revealAll, secretKeys, toStruct } from './wire.js';

/** Settings of the provider resource. */
interface Settings {
  region: string;
  defaultTags: Readonly<Record<string, string>>;
}

/** Nested settings of a provider arrive as JSON text. */
function settingsOf(args: Props, before: Settings): Settings {
  const region = typeof args['region'] === 'string' ? args['region'] : before.region;
  const raw: unknown = typeof args['defaultTags'] === 'string' ? JSON.parse(args['defaultTags']) : args['defaultTags'];
  // The engine attaches all provider resources of a program to this one server, the default provider too: the one with tags wins.
  if (!isRecord(raw)) return { ...before, region };
  return { region, defaultTags: tagsOf({ inputs: raw, defaultTags: {} }) };
}

/**
 * Serves `world` as the provider `aws`: attach the engine with `PULUMI_DEBUG_PROVIDERS=aws:PORT`.
 *
 * All provider resources of a program share the server, so one region and one set of default tags hold at a time.
 */
export async function serveAws(world: World): Promise<Served> {
  return serveProvider(awsProvider(world));
}

/** The methods of the protocol, for tests that call them without an engine. */
export function awsProvider(world: World): grpc.UntypedServiceImplementation {
  let settings: Settings = { region: 'us-west-2', defaultTags: {} };
  let cancelled = new AbortController();

  const callFor = (urn: string, type: string): Call => ({
    urn,
    type: type === '' ? typeOf(urn) : type,
    ...settings,
    signal: cancelled.signal,
  });
  const isTaggable = (type: string): boolean => sdkSchema(rowOf(type))?.inputs.has('tags') ?? false;
  const shown = (entity: Entity, inputs: Props): Props => {
    const secrets = [...(sdkSchema(entity.row)?.secretOutputs ?? []), ...secretKeys(inputs)];
    return markSecrets(entity.outputs, secrets);
  };
  // What was made in spite of an error is reported with the inputs as the engine sent them, secrets marked.
  const method = <Request, Response>(
    work: (request: Request) => Response | Promise<Response>,
    inputsOf: (request: Request) => Props = () => ({}),
  ): grpc.handleUnaryCall<Request, Response> =>
    unary(world.clock, work, (error, message, request) => {
      const partial = error instanceof AwsError ? error.partial : undefined;
      if (!partial) return toStatus(message);
      const inputs = inputsOf(request);
      return toStatus(message, { id: partial.id, outputs: shown(partial, inputs), inputs });
    });

  return {
    handshake: method(() => new pb.ProviderHandshakeResponse().setAcceptSecrets(true)),
    attach: method(() => new emptypb.Empty()),
    cancel: method(() => {
      cancelled.abort(new Error('the operation was cancelled; AWS goes on with what it has begun'));
      cancelled = new AbortController();
      return new emptypb.Empty();
    }),
    getPluginInfo: method(() => new pluginpb.PluginInfo().setVersion('7.48.0')),
    checkConfig: method((request: pb.CheckRequest) => new pb.CheckResponse().setInputs(request.getNews())),
    diffConfig: method((request: pb.DiffRequest) => {
      // Another region is another set of resources.
      const moved = fromStruct(request.getOldInputs())['region'] !== fromStruct(request.getNews())['region'];
      return new pb.DiffResponse().setReplacesList(moved ? ['region'] : []);
    }),
    configure: method((request: pb.ConfigureRequest) => {
      // A run of the CLI begins: what an interrupted one left half made is ready by now.
      world.comeBackLater();
      settings = settingsOf(revealAll(fromStruct(request.getArgs())), settings);
      return new pb.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    invoke: method((request: pb.InvokeRequest) => {
      world.credentials.check();
      const result = callFunction(request.getTok(), revealAll(fromStruct(request.getArgs())), { world, ...settings });
      return new pb.InvokeResponse().setReturn(toStruct(result));
    }),
    check: method((request: pb.CheckRequest) => {
      const type = typeOf(request.getUrn());
      const olds = revealAll(fromStruct(request.getOlds()));
      const checked = checkInputs(
        type,
        request.getUrn(),
        olds,
        fromStruct(request.getNews()),
        request.getRandomseed_asU8(),
      );
      const failures = checked.failures.map(({ property, reason }) =>
        new pb.CheckFailure().setProperty(property).setReason(reason),
      );
      return new pb.CheckResponse().setInputs(toStruct(checked.inputs)).setFailuresList(failures);
    }),
    diff: method((request: pb.DiffRequest) => {
      const type = typeOf(request.getUrn());
      const news = revealAll(fromStruct(request.getNews()));
      const tags = isTaggable(type)
        ? { before: fromStruct(request.getOlds())['tagsAll'] ?? {}, after: tagsOf({ inputs: news, ...settings }) }
        : {};
      const { paths, replaces, deleteBeforeReplace } = difference(
        type,
        revealAll(fromStruct(request.getOldInputs())),
        news,
        request.getIgnorechangesList(),
        tags,
      );
      const top = (path: string): string => path.split(/[.[]/)[0] ?? path;
      const response = new pb.DiffResponse()
        .setChanges(paths.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE)
        .setDiffsList([...new Set(paths.map(top))])
        .setReplacesList([...new Set(replaces.map(top))])
        .setDeletebeforereplace(deleteBeforeReplace)
        .setHasdetaileddiff(true);
      for (const path of paths) {
        const kind = replaces.includes(path) ? pb.PropertyDiff.Kind.UPDATE_REPLACE : pb.PropertyDiff.Kind.UPDATE;
        response.getDetaileddiffMap().set(path, new pb.PropertyDiff().setKind(kind).setInputdiff(true));
      }
      return response;
    }),
    create: method(
      async (request: pb.CreateRequest) => {
        const inputs = fromStruct(request.getProperties());
        const call = callFor(request.getUrn(), request.getType());
        kindOf(call.type);
        if (request.getPreview()) {
          const known = previewOfCreate(call.type, inputs, { ...settings, account: world.account });
          return new pb.CreateResponse().setProperties(toStruct(known));
        }
        const entity = await world.create(call, revealAll(inputs));
        return new pb.CreateResponse().setId(entity.id).setProperties(toStruct(shown(entity, inputs)));
      },
      (request) => fromStruct(request.getProperties()),
    ),
    update: method(
      async (request: pb.UpdateRequest) => {
        const inputs = fromStruct(request.getNews());
        const call = callFor(request.getUrn(), request.getType());
        if (request.getPreview()) {
          const known = previewOfUpdate(call.type, fromStruct(request.getOlds()), inputs);
          return new pb.UpdateResponse().setProperties(toStruct(known));
        }
        const entity = await world.update(call, request.getId(), revealAll(inputs));
        return new pb.UpdateResponse().setProperties(toStruct(shown(entity, inputs)));
      },
      (request) => fromStruct(request.getNews()),
    ),
    read: method((request: pb.ReadRequest) => {
      const entity = world.read(callFor(request.getUrn(), request.getType()), request.getId());
      // No id says that it is gone.
      if (!entity) return new pb.ReadResponse();
      const before = fromStruct(request.getInputs());
      return new pb.ReadResponse()
        .setId(entity.id)
        .setProperties(toStruct(shown(entity, before)))
        .setInputs(toStruct(markSecrets(entity.inputs, secretKeys(before))));
    }),
    delete: method(async (request: pb.DeleteRequest) => {
      await world.delete(callFor(request.getUrn(), request.getType()), request.getId());
      return new emptypb.Empty();
    }),
  };
}
