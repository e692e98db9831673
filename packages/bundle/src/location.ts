import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { BundleError } from './bundle-error.js';

/** Where a manifest is. The files of the bundle are beside it. */
export type Location =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'http'; readonly url: URL }
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string };

/**
 * @param reference a path, or a URL with one of the schemes file, https, s3 and, if allowed, http.
 * @throws BundleError `unsupported_scheme`
 */
export function parseLocation(reference: string, allowHttp: boolean): Location {
  // Two letters at least: C:\models is a path.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(reference)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return { kind: 'file', path: resolve(reference) };
    case 'file':
      return { kind: 'file', path: pathOfFileUrl(reference) };
    case 's3':
      return s3Location(reference);
    case 'https':
      return { kind: 'http', url: httpUrl(reference) };
    case 'http':
      if (allowHttp) {
        return { kind: 'http', url: httpUrl(reference) };
      }
      throw unsupported('an http:// URL, which is read only where http is allowed; use https');
    default:
      throw unsupported(`a URL with the scheme ${scheme}`);
  }
}

/** The location of a file of the bundle. `path` has gone through `parseManifest`, so it needs no escaping. */
export function besideHttp(manifest: URL, path: string): URL {
  const url = new URL(path, manifest);
  url.username = manifest.username;
  url.password = manifest.password;
  // Where a token is part of the query (Azure SAS), it opens the folder and not one file.
  url.search = manifest.search;
  return url;
}

export function besideS3(manifestKey: string, path: string): string {
  return manifestKey.slice(0, manifestKey.lastIndexOf('/') + 1) + path;
}

function s3Location(reference: string): Location {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/i.exec(reference) ?? [];
  if (bucket === undefined || key === undefined) {
    throw unsupported('an s3 URL that is not s3://bucket/key');
  }
  return { kind: 's3', bucket, key };
}

function pathOfFileUrl(reference: string): string {
  try {
    return fileURLToPath(reference);
  } catch (cause) {
    throw unsupported('a file URL that names no file of this machine', { cause });
  }
}

function httpUrl(reference: string): URL {
  const url = URL.parse(reference);
  if (url === null) {
    throw unsupported('an http URL that cannot be read as one');
  }
  return url;
}

/** The reference itself is not shown: what cannot be read may well hold a password. */
function unsupported(received: string, options?: ErrorOptions): BundleError {
  const expected = 'expected the manifest as a path or as a file://, https:// or s3:// URL';
  return new BundleError('unsupported_scheme', `${expected}, received ${received}`, options);
}
