export {
  Engine,
  type Analysis,
  type AnalyzedFace,
  type AnalyzeOptions,
  type EngineModel,
  type EngineOptions,
} from './engine.js';
export { DeadlineError, EngineError } from './engine-error.js';
export type { DetectionDetail } from './detector/detector.js';
export type { Box, Detection, FivePoints, Point } from './geometry.js';
export { checkLargeJpeg, decodeImage, type Picture } from './image/decode-image.js';
export { ImageError, type ImageErrorCode } from './image/image-error.js';
export type { FaceQuality } from './quality.js';
export { referenceFace } from './reference-face.js';
export type { RunCounts } from './embedder.js';
export type { ExecutionProvider } from './session.js';
export { cosine, similarity } from './similarity.js';
