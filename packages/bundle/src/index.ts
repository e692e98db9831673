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
