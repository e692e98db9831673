/**
 * Why a bundle could not be opened.
 *
 * - `unsupported_scheme`: the reference is no path and no file, https or s3 URL, or http and not allowed.
 * - `source_not_found`, `source_forbidden`, `source_unreachable`: the manifest is not there, may not be read, or the
 *   source did not answer as it should, however often it was asked. The last two also for a file of the bundle.
 * - `manifest_invalid`: see `ManifestError`. `manifest_digest_mismatch`: it is not the manifest that was asked for.
 * - `file_missing`, `file_digest_mismatch`, `file_too_large`: a file of the bundle is not what the manifest says.
 * - `cache_unwritable`, `disk_full`: the cache cannot take what was fetched.
 * - `aborted`: the caller's signal fired.
 */
export type BundleErrorCode =
  | 'unsupported_scheme'
  | 'source_not_found'
  | 'source_forbidden'
  | 'source_unreachable'
  | 'manifest_invalid'
  | 'manifest_digest_mismatch'
  | 'file_missing'
  | 'file_digest_mismatch'
  | 'file_too_large'
  | 'cache_unwritable'
  | 'disk_full'
  | 'aborted';

/** Its message may be logged: URLs are named without query string and credentials. */
export class BundleError extends Error {
  override readonly name: string = 'BundleError';
  readonly code: BundleErrorCode;

  constructor(code: BundleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The `code` that Node puts on errors of the system, e.g. ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** What went wrong at the bottom: fetch says "fetch failed" and keeps the reason as its cause. */
export function rootReason(error: unknown): string {
  let at = error;
  for (let depth = 0; depth < 8 && typeof at === 'object' && at !== null; depth++) {
    // When every address of a host fails, Node throws an AggregateError without a message.
    if ('errors' in at && Array.isArray(at.errors) && at.errors.length > 0) {
      at = at.errors[0] as unknown;
    } else if ('cause' in at && at.cause !== undefined) {
      at = at.cause;
    } else {
      const message = 'message' in at ? String(at.message) : '';
      return message === '' ? (systemCode(at) ?? 'no reason given') : message;
    }
  }
  return String(at);
}
