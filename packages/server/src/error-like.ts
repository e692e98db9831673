/**
 * Whether something thrown is an error, also one of another realm, which `instanceof Error` does not know: those of
 * Node's own modules under Jest. (`Error.isError` says the same and is not in TypeScript's es2023.)
 */
export function isErrorLike(thrown: unknown): thrown is Error {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'name' in thrown &&
    typeof thrown.name === 'string' &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  );
}

/** The code of an error of Node, OpenSSL or undici, where it has one. */
export function codeOf(thrown: unknown): string | undefined {
  return isErrorLike(thrown) && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
