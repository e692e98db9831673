import type * as grpc from '@grpc/grpc-js';
import pluginpb from '@pulumi/pulumi/proto/plugin_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Props } from '../catalogue/kind.js';
import { serveProvider, unary, type Served } from '../provider/serve.js';
import { toStatus } from '../provider/status.js';
import { typeOf } from '../provider/urn.js';
import { fromStruct, isUnknown, markSecrets, revealAll, secretKeys, toStruct } from '../provider/wire.js';
import { textAt } from '../account/paths.js';
import type { World } from '../world/world.js';
import { checkObject } from './check.js';
import type { Cluster } from './cluster.js';
import { UnreachableError } from './clusters.js';
import { objectDifference } from './diff.js';
import { idOf, objectType, outputsOf, placeOf, type KubernetesObject } from './object.js';
import { createObject, deleteObject, NotReadyError, updateObject, type Wait } from './operations.js';

/** pulumi-kubernetes gives up after so many seconds when the program says nothing. */
const defaultTimeoutSeconds = 600;

export interface KubernetesOptions {
  /** Variables that the provider reads at each operation. Default: those of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Serves the clusters of `world` as the provider `kubernetes`: attach with `PULUMI_DEBUG_PROVIDERS=kubernetes:PORT`.
 *
 * The kubeconfig of the provider resource says which cluster. `PULUMI_K8S_DELETE_UNREACHABLE=true` in the environment, or the
 * setting `deleteUnreachable`, lets objects go whose cluster does not answer.
 */
export async function serveKubernetes(world: World, options: KubernetesOptions = {}): Promise<Served> {
  return serveProvider(kubernetesProvider(world, options));
}

/** The methods of the protocol, for tests that call them without an engine. */
export function kubernetesProvider(
  world: World,
  { environment = process.env }: KubernetesOptions = {},
): grpc.UntypedServiceImplementation {
  let kubeconfig = '';
  let deletesUnreachable = false;
  let cancelled = new AbortController();

  const shown = (object: KubernetesObject, inputs: Props): Props => {
    const secrets = object.type === 'v1/Secret' ? ['data', 'stringData'] : [];
    return markSecrets(outputsOf(object), [...secrets, ...secretKeys(inputs)]);
  };
  const reach = (): Cluster => world.kubernetes.reach(kubeconfig);
  const waitFor = (timeout: number): Wait => ({
    timeout: timeout > 0 ? timeout : defaultTimeoutSeconds,
    signal: cancelled.signal,
  });
  const method = <Request, Response>(
    work: (request: Request) => Response | Promise<Response>,
    inputsOf: (request: Request) => Props = () => ({}),
  ): grpc.handleUnaryCall<Request, Response> =>
    unary(world.clock, work, (error, message, request) => {
      if (error instanceof UnreachableError)
        return toStatus(`configured Kubernetes cluster is unreachable: ${message}`);
      if (!(error instanceof NotReadyError)) return toStatus(message);
      const inputs = inputsOf(request);
      return toStatus(message, { id: idOf(error.object), outputs: shown(error.object, inputs), inputs });
    });
  const rescued = (): boolean => deletesUnreachable || environment['PULUMI_K8S_DELETE_UNREACHABLE'] === 'true';

  return {
    handshake: method(() => new pb.ProviderHandshakeResponse().setAcceptSecrets(true)),
    attach: method(() => new emptypb.Empty()),
    cancel: method(() => {
      cancelled.abort(new Error('the operation was cancelled'));
      cancelled = new AbortController();
      return new emptypb.Empty();
    }),
    getPluginInfo: method(() => new pluginpb.PluginInfo().setVersion('4.34.2')),
    checkConfig: method((request: pb.CheckRequest) => new pb.CheckResponse().setInputs(request.getNews())),
    diffConfig: method((request: pb.DiffRequest) => {
      const server = (props: Props): string =>
        /https:\/\/[^\s"']+/.exec(textAt(revealAll(props), 'kubeconfig'))?.[0] ?? '';
      const [before, after] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
      const moved = !isUnknown(after['kubeconfig']) && server(before) !== server(after);
      // Another server is another cluster: everything has to be made there.
      return new pb.DiffResponse().setReplacesList(moved ? ['kubeconfig'] : []);
    }),
    configure: method((request: pb.ConfigureRequest) => {
      const args = revealAll(fromStruct(request.getArgs()));
      kubeconfig = textAt(args, 'kubeconfig');
      deletesUnreachable = args['deleteUnreachable'] === true || args['deleteUnreachable'] === 'true';
      return new pb.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    invoke: method((request: pb.InvokeRequest) => {
      throw new Error(
        `the fake has no function ${request.getTok()}: add one to infra/testing/fake-aws/src/kubernetes/provider.ts`,
      );
    }),
    check: method((request: pb.CheckRequest) => {
      const type = objectType(typeOf(request.getUrn()));
      const inputs = checkObject(
        type,
        request.getUrn(),
        fromStruct(request.getOlds()),
        fromStruct(request.getNews()),
        request.getRandomseed_asU8(),
      );
      return new pb.CheckResponse().setInputs(toStruct(inputs));
    }),
    diff: method((request: pb.DiffRequest) => {
      const type = objectType(typeOf(request.getUrn()));
      const olds = revealAll(fromStruct(request.getOldInputs()));
      const difference = objectDifference(
        type,
        olds,
        revealAll(fromStruct(request.getNews())),
        request.getIgnorechangesList(),
      );
      const response = new pb.DiffResponse()
        .setChanges(
          difference.paths.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE,
        )
        .setDiffsList([...new Set(difference.paths.map((path) => path.split(/[.[]/)[0] ?? path))])
        .setReplacesList([...difference.replaces])
        .setDeletebeforereplace(difference.deleteBeforeReplace)
        .setHasdetaileddiff(true);
      for (const path of difference.paths) {
        const kind = difference.replaces.includes(path)
          ? pb.PropertyDiff.Kind.UPDATE_REPLACE
          : pb.PropertyDiff.Kind.UPDATE;
        response.getDetaileddiffMap().set(path, new pb.PropertyDiff().setKind(kind).setInputdiff(true));
      }
      return response;
    }),
    create: method(
      async (request: pb.CreateRequest) => {
        const inputs = fromStruct(request.getProperties());
        if (request.getPreview()) return new pb.CreateResponse().setProperties(toStruct(inputs));
        const [urn, type] = [request.getUrn(), typeOf(request.getUrn())];
        const object = await world.operation('create', { urn, type }, async (fault) => {
          if (fault) throw new Error(fault.message);
          return createObject(world, reach(), type, revealAll(inputs), waitFor(request.getTimeout()));
        });
        return new pb.CreateResponse().setId(idOf(object)).setProperties(toStruct(shown(object, inputs)));
      },
      (request) => fromStruct(request.getProperties()),
    ),
    update: method(
      async (request: pb.UpdateRequest) => {
        const inputs = fromStruct(request.getNews());
        if (request.getPreview()) {
          return new pb.UpdateResponse().setProperties(toStruct({ ...fromStruct(request.getOlds()), ...inputs }));
        }
        const [urn, type] = [request.getUrn(), typeOf(request.getUrn())];
        const object = await world.operation('update', { urn, type }, async (fault) => {
          if (fault) throw new Error(fault.message);
          const change = { id: request.getId(), inputs: revealAll(inputs), ignored: request.getIgnorechangesList() };
          return updateObject(world, reach(), type, change, waitFor(request.getTimeout()));
        });
        return new pb.UpdateResponse().setProperties(toStruct(shown(object, inputs)));
      },
      (request) => fromStruct(request.getNews()),
    ),
    read: method((request: pb.ReadRequest) => {
      const type = objectType(typeOf(request.getUrn()));
      const object = readObject(reach, rescued(), type, request.getId());
      if (!object) return new pb.ReadResponse();
      const before = fromStruct(request.getInputs());
      return new pb.ReadResponse()
        .setId(idOf(object))
        .setProperties(toStruct(shown(object, before)))
        .setInputs(toStruct(markSecrets(object.inputs, secretKeys(before))));
    }),
    delete: method(async (request: pb.DeleteRequest) => {
      const [urn, type] = [request.getUrn(), typeOf(request.getUrn())];
      await world.operation('delete', { urn, type }, async (fault) => {
        if (fault) throw new Error(fault.message);
        const cluster = reachOr(reach, rescued());
        if (cluster) await deleteObject(world, cluster, type, request.getId(), cancelled.signal);
      });
      return new emptypb.Empty();
    }),
  };
}

/** The cluster, or undefined when it does not answer and the user said to let its objects go. */
function reachOr(reach: () => Cluster, rescued: boolean): Cluster | undefined {
  try {
    return reach();
  } catch (error) {
    if (rescued && error instanceof UnreachableError) return undefined;
    if (!(error instanceof UnreachableError)) throw error;
    throw new UnreachableError(
      `${error.message}. If the cluster was deleted, retry with the environment variable PULUMI_K8S_DELETE_UNREACHABLE=true`,
    );
  }
}

function readObject(reach: () => Cluster, rescued: boolean, type: string, id: string): KubernetesObject | undefined {
  const cluster = reachOr(reach, rescued);
  return cluster
    ?.all()
    .find((object) => object.type === type && idOf(object) === id && idOf(placeOf(type, object.inputs)) === id);
}
