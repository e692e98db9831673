import type { FaceModel } from '../api/v1alpha1/index.js';
import type { ModelFacts } from '../domain/model-facts.js';
import type { RejectionReason } from '../domain/state.js';

/** What decisions need to know of a FaceModel, out of its spec and what was found out about it. */
export function modelFacts({ metadata, spec, status = {} }: FaceModel): ModelFacts {
  const verified = status.conditions?.find(({ type }) => type === 'Verified');
  return {
    model: metadata.name,
    version: spec.version,
    manifest: spec.source.manifest,
    sha256: spec.source.sha256,
    verification:
      verified === undefined
        ? 'pending'
        : verified.status === 'True'
          ? 'verified'
          : verified.status === 'False'
            ? 'refused'
            : 'unknown',
    ...(verified?.status === 'False'
      ? { refusal: { reason: rejectionReason(verified.reason), message: verified.message } }
      : {}),
    ...(status.embeddingSpace === undefined ? {} : { embeddingSpace: status.embeddingSpace }),
    ...(status.resources === undefined ? {} : { resources: status.resources }),
  };
}

function rejectionReason(reason: string): RejectionReason {
  return reason === 'DigestMismatch' || reason === 'VersionMismatch' ? reason : 'ManifestInvalid';
}
