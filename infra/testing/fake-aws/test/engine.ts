import * as grpc from '@grpc/grpc-js';
import providergrpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import statuspb from '@pulumi/pulumi/proto/status_pb.js';
import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Props } from '../src/catalogue/kind.js';
import { fromStruct, toStruct } from '../src/provider/wire.js';

/** A resource as the engine keeps it in its state. */
export interface Kept {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** An operation failed, and left something behind. */
export class InitError extends Error {
  readonly kept: Kept;

  constructor(message: string, kept: Kept) {
    super(message);
    this.kept = kept;
  }
}

type Send<Response> = (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown;

const seed = Buffer.from('seed');

/** Speaks to a provider as the engine does, one request at a time. */
export class Engine {
  readonly #client: providergrpc.ResourceProviderClient;

  constructor(port: number) {
    this.#client = new providergrpc.ResourceProviderClient(
      `127.0.0.1:${String(port)}`,
      grpc.credentials.createInsecure(),
    );
  }

  close(): void {
    this.#client.close();
  }

  async configure(args: Props): Promise<pb.ConfigureResponse> {
    const request = new pb.ConfigureRequest().setArgs(toStruct(args)).setAcceptsecrets(true);
    return this.#call<pb.ConfigureResponse>((done) => this.#client.configure(request, done));
  }

  async cancel(): Promise<void> {
    await this.#call<emptypb.Empty>((done) => this.#client.cancel(new emptypb.Empty(), done));
  }

  async invoke(token: string, args: Props = {}): Promise<Props> {
    const request = new pb.InvokeRequest().setTok(token).setArgs(toStruct(args));
    return fromStruct((await this.#call<pb.InvokeResponse>((done) => this.#client.invoke(request, done))).getReturn());
  }

  /** Inputs as the provider completes them, or the failures it finds. */
  async check(
    urn: string,
    news: Props,
    olds: Props = {},
  ): Promise<{ readonly inputs: Props; readonly failures: readonly string[] }> {
    const request = new pb.CheckRequest()
      .setUrn(urn)
      .setNews(toStruct(news))
      .setOlds(toStruct(olds))
      .setRandomseed(seed);
    const response = await this.#call<pb.CheckResponse>((done) => this.#client.check(request, done));
    return {
      inputs: fromStruct(response.getInputs()),
      failures: response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`),
    };
  }

  async diff(kept: Kept, news: Props, ignored: string[] = []) {
    const request = new pb.DiffRequest()
      .setUrn(kept.urn)
      .setId(kept.id)
      .setOlds(toStruct(kept.outputs))
      .setOldInputs(toStruct(kept.inputs))
      .setNews(toStruct(news))
      .setIgnorechangesList(ignored);
    const response = await this.#call<pb.DiffResponse>((done) => this.#client.diff(request, done));
    return {
      changed: response.getDiffsList(),
      paths: [...response.getDetaileddiffMap().keys()],
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async previewCreate(urn: string, inputs: Props): Promise<Props> {
    const request = new pb.CreateRequest().setUrn(urn).setProperties(toStruct(inputs)).setPreview(true);
    return fromStruct(
      (await this.#call<pb.CreateResponse>((done) => this.#client.create(request, done))).getProperties(),
    );
  }

  /** Checks and creates. */
  async create(urn: string, news: Props): Promise<Kept> {
    const { inputs, failures } = await this.check(urn, news);
    if (failures.length > 0) throw new Error(failures.join('; '));
    const request = new pb.CreateRequest().setUrn(urn).setProperties(toStruct(inputs));
    const response = await this.#call<pb.CreateResponse>((done) => this.#client.create(request, done), urn);
    return { urn, id: response.getId(), inputs, outputs: fromStruct(response.getProperties()) };
  }

  async previewUpdate(kept: Kept, news: Props): Promise<Props> {
    return fromStruct(
      (
        await this.#call<pb.UpdateResponse>((done) =>
          this.#client.update(updateRequest(kept, news).setPreview(true), done),
        )
      ).getProperties(),
    );
  }

  async update(kept: Kept, changes: Props, ignored: string[] = []): Promise<Kept> {
    const { inputs } = await this.check(kept.urn, { ...kept.inputs, ...changes }, kept.inputs);
    const request = updateRequest(kept, inputs).setIgnorechangesList(ignored);
    const response = await this.#call<pb.UpdateResponse>((done) => this.#client.update(request, done), kept.urn);
    return { ...kept, inputs, outputs: fromStruct(response.getProperties()) };
  }

  /** What the provider finds, or undefined when it is gone. */
  async read(kept: Kept): Promise<Kept | undefined> {
    const request = new pb.ReadRequest()
      .setUrn(kept.urn)
      .setId(kept.id)
      .setProperties(toStruct(kept.outputs))
      .setInputs(toStruct(kept.inputs));
    const response = await this.#call<pb.ReadResponse>((done) => this.#client.read(request, done));
    if (response.getId() === '') return undefined;
    return {
      urn: kept.urn,
      id: response.getId(),
      inputs: fromStruct(response.getInputs()),
      outputs: fromStruct(response.getProperties()),
    };
  }

  async delete(kept: Kept): Promise<void> {
    const request = new pb.DeleteRequest().setUrn(kept.urn).setId(kept.id).setProperties(toStruct(kept.outputs));
    await this.#call<emptypb.Empty>((done) => this.#client.delete(request, done));
  }

  async #call<Response>(send: Send<Response>, urn = ''): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (error) reject(withDetails(error, urn));
        else resolve(response);
      });
    });
  }
}

const updateRequest = (kept: Kept, news: Props): pb.UpdateRequest =>
  new pb.UpdateRequest()
    .setUrn(kept.urn)
    .setId(kept.id)
    .setOlds(toStruct(kept.outputs))
    .setOldInputs(toStruct(kept.inputs))
    .setNews(toStruct(news));

/** The resource that an error says was left behind. */
function withDetails(error: grpc.ServiceError, urn: string): Error {
  const [details] = error.metadata.get('grpc-status-details-bin');
  if (!(details instanceof Buffer)) return error;
  const [detail] = statuspb.Status.deserializeBinary(details).getDetailsList();
  const failed = pb.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  return new InitError(error.details, {
    urn,
    id: failed.getId(),
    inputs: fromStruct(failed.getInputs()),
    outputs: fromStruct(failed.getProperties()),
  });
}

export const urnOf = (type: string, name: string): string => `urn:pulumi:test::project::${type}::${name}`;
