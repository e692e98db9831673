import { projectFile } from '../project-folder.js';
import type { HttpRequest } from './signed.js';

/** How a call shows who it is from. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: string }
  /** Signature Version 4, with the credentials that the AWS SDK finds: environment, profile, role. */
  | { readonly kind: 'aws'; readonly region: string };

/** A photo with one face. */
export const PHOTO = 'assets/photo.jpg';

/**
 * A comparison of the photo with itself, as JSON, so that the bytes which are signed are those which are sent.
 *
 * @param base URL of the service, without a slash at its end
 */
export async function comparisonRequest(base: string, credentials: Credentials): Promise<HttpRequest> {
  const photo = projectFile(PHOTO).toString('base64');
  const request: HttpRequest = {
    url: `${base}/compare`,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ source: { img: photo }, target: { img: photo } }),
  };
  switch (credentials.kind) {
    case 'none':
      return request;
    case 'key':
      return { ...request, headers: { ...request.headers, 'x-api-key': credentials.key } };
    case 'aws': {
      const { signed } = await import('./signed.js');
      return signed(request, credentials.region);
    }
  }
}
