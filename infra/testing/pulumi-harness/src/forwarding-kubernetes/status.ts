import * as grpc from '@grpc/grpc-js';
import anypb from 'google-protobuf/google/protobuf/any_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import statuspb from '@pulumi/pulumi/proto/status_pb.js';
import { toStruct } from '../grpc/properties.js';
import { statusOf } from '../grpc/server.js';
import { PartialFailure } from './resource.js';

/** The status of a failed create or update; of a partial one it carries what there is all the same. */
export function statusOfFailure(error: unknown): Partial<grpc.StatusObject> {
  if (!(error instanceof PartialFailure)) return statusOf(error);
  const failed = new pb.ErrorResourceInitFailed()
    .setId(error.resource.id)
    .setProperties(toStruct(error.resource.outputs))
    .setInputs(toStruct(error.resource.inputs))
    .setReasonsList([error.message]);
  const detail = new anypb.Any();
  detail.pack(failed.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const status = new statuspb.Status().setCode(grpc.status.UNKNOWN).setMessage(error.message).setDetailsList([detail]);
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}
