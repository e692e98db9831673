export type { Middleware } from 'openapi-fetch';
export type { ApiPromise, WithResponse } from './api-promise.js';
export { FaceComparison } from './client.js';
export {
  AbortError,
  InvalidInputError,
  NetworkError,
  RequestError,
  TimeoutError,
  UnexpectedResponseError,
} from './errors/client-errors.js';
export {
  FaceComparisonError,
  type ClientErrorCode,
  type FaceComparisonErrorOptions,
} from './errors/face-comparison-error.js';
export { readFace } from './faces.js';
export type { Analysis, BoundingBox, Comparison, Face, Landmark, Match, Meta, Quality, ServerTiming } from './faces.js';
export type { ErrorCode } from './generated/error-codes.js';
export * from './generated/errors.js';
export type * from './generated/models.js';
export type { Comparand } from './image/comparand.js';
export type { FileReference } from './image/file-reference.js';
export type { ImageInput } from './image/image-input.js';
export type {
  AnalyzeOptions,
  CompareOptions,
  FaceComparisonOptions,
  FaceDetailOptions,
  ModelOptions,
  RequestOptions,
} from './options.js';
export { cosine, similarity, type CosineOptions } from './vectors/similarity.js';
export { parse, serialize, type Precision, type StoredFace } from './vectors/stored-face.js';
