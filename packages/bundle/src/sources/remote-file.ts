/** A file that is read over the network, in one go or from where an earlier attempt stopped. */
export interface RemoteFile {
  /** What a person may see of its address: no query string, no credentials. */
  readonly name: string;
  /**
   * Asks for the file, or for what is left of it after an earlier attempt. A source that cannot or should not go on
   * from there (the file has changed) sends everything, and says so in `startsAt`.
   *
   * @throws BundleError where asking again is of no use, TransientError or anything else where it may be.
   */
  open(resume: ResumePoint | undefined, signal: AbortSignal): Promise<RemoteBody>;
}

export interface ResumePoint {
  readonly fromByte: number;
  /** What the source called the file when the earlier bytes were read; unknown when another process read them. */
  readonly etag: string | undefined;
}

export interface RemoteBody {
  /** The place of the first byte in the file: the `fromByte` that was asked for, or 0. */
  readonly startsAt: number;
  /** Length of the whole file, where the source says it. */
  readonly totalBytes: number | undefined;
  /** Changes when the file changes, where the source says it. */
  readonly etag: string | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The source may answer better the next time. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** How long the source asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** `bytes 100-199/200` -> where the body starts and how long the file is; undefined if it says neither. */
export function parseContentRange(header: string): { startsAt: number; totalBytes: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header.trim());
  return match === null
    ? undefined
    : { startsAt: Number(match[1]), totalBytes: match[2] === '*' ? undefined : Number(match[2]) };
}
