/**
 * Why `path` cannot name a file of a bundle; undefined if it can. Only what means the same file everywhere is let
 * through: under a folder on any system, behind a URL without escaping, and in an S3 key. So there is no way up, no way
 * to the root, nothing that decodes to something else, and no second spelling but case (see `sameFile`).
 */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) {
    return 'a path relative to the manifest';
  }
  if (path.includes('\\')) {
    return 'forward slashes between folders';
  }
  if (!/^[A-Za-z0-9._+@=/-]+$/.test(path)) {
    return 'a path of ASCII letters, digits and . _ - + @ = only';
  }
  const segments = path.split('/');
  if (segments.includes('')) {
    return 'no empty part between slashes';
  }
  if (segments.includes('.') || segments.includes('..')) {
    return 'no "." and no ".." between slashes';
  }
  if (segments.some((segment) => segment.endsWith('.'))) {
    return 'no name that ends in a dot, which Windows drops';
  }
  if (sameFile(path) === 'manifest.json') {
    return 'a file other than the manifest itself';
  }
  return undefined;
}

/** Equal for two paths that are one file on a system that ignores case. */
export function sameFile(path: string): string {
  return path.toLowerCase();
}
