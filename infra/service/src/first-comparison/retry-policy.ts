/** What an attempt came to. */
export type Attempt =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  | { readonly kind: 'failure'; readonly message: string };

export type Verdict =
  | { readonly next: 'succeed' }
  | { readonly next: 'retry'; readonly afterMs: number }
  | { readonly next: 'give-up'; readonly because: 'deadline' | 'refused' };

/** First wait, doubled each time. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/**
 * Answers that a deployment gives before it has spread: a key or a stage that API Gateway does not know everywhere yet (403,
 * 404), keys that the pods have not read yet (401), too much at once (429), nobody behind the load balancer yet (500 and
 * above). Any other answer will not change by itself.
 */
const PASSING: readonly number[] = [401, 403, 404, 408, 429];

/**
 * What to do after an attempt.
 *
 * @param attempts how many there were, this one included
 * @param elapsedMs since the first began
 */
export function judge(attempt: Attempt, attempts: number, elapsedMs: number, deadlineMs: number): Verdict {
  if (attempt.kind === 'answer') {
    if (attempt.status === 200) return { next: 'succeed' };
    if (attempt.status < 500 && !PASSING.includes(attempt.status)) return { next: 'give-up', because: 'refused' };
  }
  const afterMs = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  return elapsedMs + afterMs > deadlineMs ? { next: 'give-up', because: 'deadline' } : { next: 'retry', afterMs };
}
