import * as grpc from '@grpc/grpc-js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import statuspb from '@pulumi/pulumi/proto/status_pb.js';
import anypb from 'google-protobuf/google/protobuf/any_pb.js';
import type { Props } from '../catalogue/kind.js';
import { toStruct } from './wire.js';

/** Something was made although the operation failed: the engine keeps it in the state and comes back to it next time. */
export interface Partial {
  readonly id: string;
  readonly outputs: Props;
  readonly inputs: Props;
}

/** A failed operation as a gRPC status, with `ErrorResourceInitFailed` in its details when something was made. */
export function toStatus(
  message: string,
  partial?: Partial,
): grpc.ServerErrorResponse & { code: grpc.status; details: string } {
  const failure = { name: 'Error', message, code: grpc.status.UNKNOWN, details: message };
  if (!partial) return failure;
  const init = new pb.ErrorResourceInitFailed();
  init.setId(partial.id);
  init.setProperties(toStruct(partial.outputs));
  init.setInputs(toStruct(partial.inputs));
  init.setReasonsList([message]);
  const detail = new anypb.Any();
  detail.pack(init.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const status = new statuspb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.setDetailsList([detail]);
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  return { ...failure, metadata };
}
