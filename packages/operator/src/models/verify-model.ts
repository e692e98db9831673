import { BundleError, readManifest, vectorLength, type ReadManifestOptions } from '@face-comparison/bundle';

import type { FaceModelSpec, ModelResources } from '../api/v1alpha1/index.js';
import type { RejectionReason } from '../domain/state.js';

/** What a manifest says of a model. */
export interface ManifestFacts {
  readonly name: string;
  readonly embeddingSpace: string;
  readonly vectorLength: number;
  /** Of all files together. */
  readonly sizeBytes: number;
  readonly comparableWith: readonly string[];
  readonly resources?: ModelResources;
}

export type Verification =
  | { readonly kind: 'verified'; readonly facts: ManifestFacts }
  /** It is not what the FaceModel says, and never will be: a FaceModel does not change, nor does a digest. */
  | { readonly kind: 'refused'; readonly reason: RejectionReason; readonly message: string }
  /** Nothing is known: the operator cannot read it, which does not mean that pods cannot. */
  | { readonly kind: 'unknown'; readonly reason: 'SourceUnreachable' | 'OnlyInPods'; readonly message: string };

/**
 * Reads the manifest of a model and looks whether it is the one that is meant. The files that it names are verified by the pods
 * that load them.
 */
export async function verifyModel(
  { version, source }: FaceModelSpec,
  options: ReadManifestOptions,
): Promise<Verification> {
  try {
    const { manifest, space, totalBytes } = await readManifest(source, options);
    if (manifest.version !== version) {
      const message = `its manifest says version ${manifest.version}, the FaceModel says ${version}`;
      return { kind: 'refused', reason: 'VersionMismatch', message };
    }
    const { name, comparableWith = [], resources } = manifest;
    return {
      kind: 'verified',
      facts: {
        name,
        embeddingSpace: space,
        vectorLength: vectorLength(manifest),
        sizeBytes: totalBytes,
        comparableWith: comparableWith.map((declared) => declared.space),
        ...(resources === undefined ? {} : { resources }),
      },
    };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return judgement(error, source.manifest);
  }
}

function judgement(error: BundleError, url: string): Verification {
  const { message } = error;
  switch (error.code) {
    case 'manifest_digest_mismatch':
      return { kind: 'refused', reason: 'DigestMismatch', message };
    case 'manifest_invalid':
    case 'file_too_large':
    case 'unsupported_scheme':
      return { kind: 'refused', reason: 'ManifestInvalid', message };
    default:
      return url.startsWith('file:')
        ? {
            kind: 'unknown',
            reason: 'OnlyInPods',
            message: `the file is not in the operator's image; pods verify it when they load it`,
          }
        : { kind: 'unknown', reason: 'SourceUnreachable', message: `${message}; pods verify it when they load it` };
  }
}
