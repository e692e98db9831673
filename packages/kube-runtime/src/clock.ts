/** Time as the runtime sees it, so that tests can own it (`FakeClock` in `./testing`). */
export interface Clock {
  /** Wall time in milliseconds since the epoch: for instants that others read. */
  now(): number;
  /** Milliseconds on a clock that never jumps or runs back: for measuring how long ago something was. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `fn` once after `ms`. The returned function cancels it. */
  schedule(ms: number, fn: () => void): () => void;
}

/** Node's timers fire at once when asked to wait longer than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sleeps on `schedule`, so that each clock has only one way to wait. */
export function sleepOn(clock: Pick<Clock, 'schedule'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(reasonOf(signal));
      return;
    }
    const onAbort = (): void => {
      cancel();
      if (signal) reject(reasonOf(signal));
    };
    const cancel = clock.schedule(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}

/** The machine's clocks and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
  schedule(ms, fn) {
    const timer = setTimeout(fn, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
