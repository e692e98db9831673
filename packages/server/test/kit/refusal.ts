import type { FetchImageOptions, ImageFetcher } from '../../src/image-source/fetch-image.js';
import { ImageSourceError } from '../../src/image-source/image-source-error.js';

/** The error with which a fetcher refuses a URL. Anything else that happens is thrown. */
export async function refusal(
  images: ImageFetcher,
  url: string,
  options?: FetchImageOptions,
): Promise<ImageSourceError> {
  const outcome = await images.fetch(url, options).then(
    (bytes) => new Error(`${url} gave ${bytes.length} bytes`),
    (error: unknown) => error,
  );
  if (outcome instanceof ImageSourceError) return outcome;
  throw outcome;
}
