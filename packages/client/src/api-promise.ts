/** A result and the HTTP response that it was read from. */
export interface WithResponse<T> {
  readonly data: T;
  /** Status and headers of the last attempt. Its body has been read already. */
  readonly response: Response;
}

/** The promise that calls return. It resolves with the result; {@link withResponse} gives the HTTP response as well. */
export class ApiPromise<T> extends Promise<T> {
  readonly #result: Promise<WithResponse<T>>;

  constructor(result: Promise<WithResponse<T>>) {
    // This promise itself stays pending. `then`, which `await`, `catch` and `finally` use, forwards to the result, so that
    // a call of which only `withResponse` is awaited rejects once and not a second time unhandled.
    super(() => undefined);
    this.#result = result;
  }

  /** What `then` returns is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /**
   * The result together with the HTTP response.
   *
   * @returns a promise of both, which rejects as the call does
   * @example
   * ```ts
   * const { data, response } = await patient.analyze(await readFile('party.jpg')).withResponse();
   * console.log(data.faces.length, 'faces, request', response.headers.get('x-request-id'));
   * ```
   */
  withResponse(): Promise<WithResponse<T>> {
    return this.#result;
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(({ data }) => data).then(onFulfilled, onRejected);
  }
}
