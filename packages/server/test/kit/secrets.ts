/** So much of an image or a vector in a log would be too much. */
const NEEDLE_CHARS = 24;

/** What passed through a server in a test and must not be found in its log. */
export class Secrets {
  readonly #needles = new Map<string, string>();

  /** A key, a token: the whole of it. */
  addKey(key: string): void {
    this.#needles.set(key, 'a key');
  }

  addQuery(query: string): void {
    if (query.length > 3) this.#needles.set(query, 'a query string');
  }

  /** Pieces from several places of the base64 of an image. */
  addImage(bytes: Uint8Array): void {
    const base64 = Buffer.from(bytes).toString('base64');
    for (const share of [0, 0.3, 0.6]) {
      const at = Math.floor(base64.length * share);
      const piece = base64.slice(at, at + NEEDLE_CHARS);
      if (piece.length === NEEDLE_CHARS) this.#needles.set(piece, 'an image');
    }
  }

  addVector(vector: readonly number[]): void {
    if (vector.length >= 3) this.#needles.set(JSON.stringify(vector.slice(0, 3)).slice(1, -1), 'a vector');
  }

  /** What of it is found in a text. */
  foundIn(text: string): string[] {
    return [...this.#needles].filter(([needle]) => text.includes(needle)).map(([needle, what]) => `${what}: ${needle}`);
  }
}
