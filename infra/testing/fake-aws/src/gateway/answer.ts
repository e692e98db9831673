/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What API Gateway says by itself. */
export const answers = {
  noSuchMethod: { status: 403, body: { message: 'Missing Authentication Token' } },
  forbidden: { status: 403, body: { message: 'Forbidden' } },
  serverError: { status: 500, body: { message: 'Internal server error' } },
  timeout: { status: 504, body: { message: 'Endpoint request timed out' } },
  tooLarge: { status: 413, body: { message: 'Request Too Long' } },
} as const satisfies Readonly<Record<string, Answer>>;
