export {
  MANIFEST_SCHEMA_ID,
  ManifestSchema,
  type Manifest,
  type DetectorSpec,
  type HeadSpec,
  type AlignmentSpec,
  type CalibrationSpec,
} from './manifest-schema.js';
export { embeddingSpace, vectorLength } from './embedding-space.js';
export { BundleError, type BundleErrorCode } from './bundle-error.js';
export { ManifestError, type ManifestProblem } from './manifest-error.js';
export { MAX_MANIFEST_BYTES, parseManifest } from './parse-manifest.js';
export { JsonEncodingError, jsonStart } from './json-encoding.js';
export { pruneCache } from './blob-cache.js';
export {
  openBundle,
  readManifest,
  type Bundle,
  type BundleProgress,
  type BundleRef,
  type BundleTimeouts,
  type OpenBundleOptions,
  type ReadManifestOptions,
  type VerifiedManifest,
} from './open-bundle.js';
export type { Fetch, FetchResponse } from './sources/https.js';
export type { S3Options } from './sources/s3.js';
