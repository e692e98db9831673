import { setTimeout as sleep } from 'node:timers/promises';
import { RunError } from '@pulumi/pulumi';

import { isObject } from '../json.js';
import { comparisonRequest, type Credentials } from './comparison-request.js';
import { judge, type Attempt } from './retry-policy.js';

export interface FirstComparisonOptions {
  /** Where the service is, without /compare. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly deadlineMs: number;
  /** @default that of the machine */
  readonly clock?: Clock;
}

/** What the deadline is measured by. */
export interface Clock {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** A signal that aborts with a TimeoutError after `ms`. */
  timeout(ms: number): AbortSignal;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms) => sleep(ms),
  timeout: (ms) => AbortSignal.timeout(ms),
};

export interface FirstComparison {
  /** Version of the model that answered. */
  readonly faceModelVersion: string;
}

/** The service did not compare two photos. */
export class FirstComparisonError extends RunError {
  override readonly name = 'FirstComparisonError';
}

/** Longest time for one answer: what API Gateway allows, and a little more. */
const ATTEMPT_MS = 35_000;

/** So much of an answer is shown in an error. */
const SHOWN_CHARACTERS = 500;

/**
 * Compares a photo with itself until it is answered.
 *
 * @throws FirstComparisonError with the last answer, where the deadline passes or the service refuses for good
 */
export async function compareForTheFirstTime(options: FirstComparisonOptions): Promise<FirstComparison> {
  const { credentials, deadlineMs, clock = SYSTEM_CLOCK } = options;
  const url = options.url.replace(/\/+$/, '');
  const start = clock.now();
  for (let attempts = 1; ; attempts++) {
    const left = Math.max(1, Math.ceil(deadlineMs - (clock.now() - start)));
    const attempt = await tryOnce(url, credentials, clock.timeout(Math.min(left, ATTEMPT_MS)));
    const verdict = judge(attempt, attempts, clock.now() - start, deadlineMs);
    switch (verdict.next) {
      case 'succeed':
        return readAnswer(url, attempt);
      case 'give-up':
        throw new FirstComparisonError(
          `${url}/compare did not compare two photos ` +
            `${verdict.because === 'deadline' ? `within ${deadlineMs / 1000} s` : 'and will not by waiting'}: ` +
            `${describe(attempt)} (attempt ${attempts}). All else is deployed. ${advice(attempt)} Then run pulumi up again.`,
        );
      case 'retry':
        await clock.sleep(verdict.afterMs);
    }
  }
}

/** One call. Signed anew each time, for a signature is valid for minutes only. */
async function tryOnce(url: string, credentials: Credentials, signal: AbortSignal): Promise<Attempt> {
  try {
    const { url: address, ...request } = await comparisonRequest(url, credentials);
    const response = await fetch(address, { ...request, signal, redirect: 'manual' });
    return { kind: 'answer', status: response.status, body: await response.text() };
  } catch (error) {
    return { kind: 'failure', message: messageOf(error) };
  }
}

function readAnswer(url: string, attempt: Attempt): FirstComparison {
  const body: unknown = attempt.kind === 'answer' ? parsed(attempt.body) : undefined;
  if (isObject(body) && typeof body['FaceModelVersion'] === 'string') {
    const { FaceMatches: matches, FaceModelVersion: faceModelVersion } = body;
    if (Array.isArray(matches) && matches.length > 0) return { faceModelVersion };
  }
  throw new FirstComparisonError(
    `${url}/compare answered a photo that was compared with itself without a match: ${describe(attempt)}. Is it this service that answers there?`,
  );
}

function describe(attempt: Attempt): string {
  if (attempt.kind === 'failure') return `the last attempt failed with ${attempt.message}`;
  const { body, status } = attempt;
  const text = body.length > SHOWN_CHARACTERS ? `${body.slice(0, SHOWN_CHARACTERS)}…` : body;
  return `the last answer was ${status} ${text === '' ? 'without a body' : text}`;
}

/** What to look at. */
function advice(attempt: Attempt): string {
  if (attempt.kind === 'failure') return 'Can this machine reach that address?';
  if (attempt.status === 401 || attempt.status === 403) {
    return 'Is the caller allowed to call: does its key stand in the secret keys, may its identity execute-api:Invoke?';
  }
  return 'kubectl describe facecomparison shows what the pods wait for.';
}

/** The cause says more than "fetch failed". */
function messageOf(error: unknown): string {
  if (!isObject(error) || typeof error['message'] !== 'string') return String(error);
  const { message, cause } = error;
  return isObject(cause) && typeof cause['message'] === 'string' ? `${message}: ${cause['message']}` : message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
