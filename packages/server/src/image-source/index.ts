export { decodeBase64Image } from './decode-base64.js';
export {
  createImageFetcher,
  type FetchImageOptions,
  type ImageFetcher,
  type ImageFetcherConfig,
} from './fetch-image.js';
export { ImageSourceError, type ImageSourceErrorCode, type ImageSourceErrorMembers } from './image-source-error.js';
export type { Lookup } from './host-resolver.js';
export type { S3Config } from './s3-image.js';
