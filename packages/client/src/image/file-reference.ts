import { InvalidInputError } from '../errors/client-errors.js';

/** A file of the device, as the camera and the image pickers of React Native return it. */
export interface FileReference {
  /** `file:` or `content:`, which the platform reads; or `http:`, `https:`, `s3:` or `data:`. */
  readonly uri: string;
  readonly name?: string | null | undefined;
  readonly type?: string | null | undefined;
}

/** What is used of XMLHttpRequest, which not every platform has. */
interface BlobRequest {
  responseType: string;
  readonly response: Blob;
  onload: unknown;
  onerror: unknown;
  open(method: 'GET', url: string): void;
  send(): void;
}

/**
 * The content of a file of the device.
 *
 * @param uri - `file:`, `content:` or whatever else the platform reads
 * @throws (rejects) InvalidInputError when it cannot be read
 */
export function readFileReference(uri: string): Promise<Blob> {
  // Not fetch: React Native's fails on the status 0 of `content:` files (https://github.com/facebook/react-native/issues/48762).
  const platform: { readonly XMLHttpRequest?: new () => BlobRequest } & object = globalThis;
  const { XMLHttpRequest } = platform;
  return new Promise((resolve, reject) => {
    if (XMLHttpRequest === undefined) {
      throw new InvalidInputError('image: { uri } can be read in React Native only; pass the bytes of the file');
    }
    const request = new XMLHttpRequest();
    request.responseType = 'blob';
    request.onload = () => resolve(request.response);
    request.onerror = () => reject(new InvalidInputError('image: the file of uri does not exist or cannot be read'));
    request.open('GET', uri);
    request.send();
  });
}
