import { setTimeout as sleep } from 'node:timers/promises';

import { BundleError, rootReason } from './bundle-error.js';
import { TransientError, type RemoteFile } from './sources/remote-file.js';

/** Where the bytes go. What it holds when a transfer starts is taken for the beginning of the file. */
export interface Sink {
  readonly length: number;
  append(chunk: Uint8Array): Promise<void>;
  /** Starts over. */
  clear(): Promise<void>;
}

/** How long the file is: known from the manifest, or only limited. */
export type ExpectedLength = { readonly exactBytes: number } | { readonly maxBytes: number };

export interface TransferPolicy {
  /** A source that sends nothing for so long is given up and asked again. There is no limit for the whole. */
  readonly idleMs: number;
  /** Pause after the first failure; it doubles with each further one. */
  readonly retryBaseMs: number;
}

/** Failures in a row before the source is given up. One that brought a megabyte starts the count anew. */
const MAX_FAILURES = 5;
const PROGRESS_BYTES = 1024 * 1024;
const MAX_PAUSE_MS = 60_000;

/**
 * Reads a remote file into a sink, repeating and going on after cuts, stalls and answers like 503 and 429.
 *
 * @returns whether the file was put together from more than one answer.
 * @throws BundleError
 */
export async function transfer(
  file: RemoteFile,
  sink: Sink,
  expected: ExpectedLength,
  policy: TransferPolicy,
  signal: AbortSignal,
): Promise<{ resumed: boolean }> {
  let resumed = false;
  let etag: string | undefined;
  for (let failures = 0; !isComplete(sink, expected);) {
    let received = 0;
    try {
      await attempt((bytes) => (received += bytes));
      return { resumed };
    } catch (cause) {
      throwIfAborted(signal, file.name);
      if (cause instanceof BundleError) {
        throw cause;
      }
      failures = received >= PROGRESS_BYTES ? 1 : failures + 1;
      if (failures >= MAX_FAILURES) {
        const message = `cannot read ${file.name} (${MAX_FAILURES} attempts): ${rootReason(cause)}`;
        throw new BundleError('source_unreachable', message, { cause });
      }
      await pause(cause, failures);
    }
  }
  return { resumed };

  async function attempt(onBytes: (count: number) => void): Promise<void> {
    const stop = new AbortController();
    const idle = setTimeout(() => {
      stop.abort(new TransientError(`${file.name} sent nothing for ${policy.idleMs} ms`));
    }, policy.idleMs);
    try {
      // Without a digest to check the result by, pieces of two versions could come together.
      const mayResume = sink.length > 0 && 'exactBytes' in expected;
      const resume = mayResume ? { fromByte: sink.length, etag } : undefined;
      const body = await file.open(resume, AbortSignal.any([signal, stop.signal]));
      checkLength(file.name, body.totalBytes, expected);
      etag = body.etag;
      if (body.startsAt > 0) {
        resumed = true;
      } else if (sink.length > 0) {
        await sink.clear();
      }
      for await (const chunk of body.chunks) {
        // A source may send more than it said; nothing of that is kept.
        if (sink.length + chunk.length > limitOf(expected)) {
          throw tooLong(file.name, expected);
        }
        await sink.append(chunk);
        onBytes(chunk.length);
        idle.refresh();
      }
      const wanted = 'exactBytes' in expected ? expected.exactBytes : body.totalBytes;
      if (wanted !== undefined && sink.length < wanted) {
        throw new TransientError(`${file.name} ended after ${sink.length} of ${wanted} bytes`);
      }
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      clearTimeout(idle);
      // Ends the request where its body was not read to the end.
      stop.abort();
    }
  }

  async function pause(cause: unknown, failures: number): Promise<void> {
    const asked = cause instanceof TransientError ? cause.retryAfterMs : undefined;
    const jitter = 0.5 + Math.random() / 2;
    const ms = asked ?? policy.retryBaseMs * 2 ** (failures - 1) * jitter;
    await sleep(Math.min(ms, MAX_PAUSE_MS), undefined, { signal }).catch(() => throwIfAborted(signal, file.name));
  }
}

/** @throws BundleError if the caller's signal has fired. */
export function throwIfAborted(signal: AbortSignal, name: string): void {
  if (signal.aborted) {
    throw new BundleError('aborted', `reading ${name} was aborted`, { cause: signal.reason });
  }
}

function isComplete(sink: Sink, expected: ExpectedLength): boolean {
  return 'exactBytes' in expected && sink.length === expected.exactBytes;
}

function limitOf(expected: ExpectedLength): number {
  return 'exactBytes' in expected ? expected.exactBytes : expected.maxBytes;
}

function checkLength(name: string, totalBytes: number | undefined, expected: ExpectedLength): void {
  const limit = limitOf(expected);
  if (totalBytes !== undefined && totalBytes > limit) {
    throw tooLong(name, expected);
  }
  if (totalBytes !== undefined && 'exactBytes' in expected && totalBytes < limit) {
    throw new BundleError('file_digest_mismatch', `${name} has ${totalBytes} bytes, the manifest says ${limit}`);
  }
}

function tooLong(name: string, expected: ExpectedLength): BundleError {
  return new BundleError('file_too_large', `${name} is longer than the ${limitOf(expected)} bytes that it may have`);
}
