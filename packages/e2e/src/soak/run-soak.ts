import type { HttpSender } from '../service/http.js';
import { createHttpSender } from '../service/http.js';
import { pick, type Random } from '../statistics/random.js';
import { forEachConcurrently } from '../terminal/concurrency.js';
import type { SoakRequest } from './requests.js';

/** Memory after so many requests, with none under way. */
export interface MemorySample {
  readonly requests: number;
  readonly pssBytes: number;
  /** By process id. */
  readonly pssByProcess: Readonly<Record<number, number>>;
}

export interface SoakResult {
  readonly requests: number;
  /** Number of answers by kind of request and status; status 0 is a broken connection. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly serverErrors: number;
  /** One line for each kind of wrong answer. */
  readonly unexpected: readonly string[];
  readonly samples: readonly MemorySample[];
  readonly elapsedMs: number;
}

export interface SoakOptions {
  readonly baseUrl: string;
  readonly kinds: readonly SoakRequest[];
  readonly requests: number;
  readonly concurrency: number;
  /** Memory is sampled each time so many requests have been answered. */
  readonly batch: number;
  readonly random: Random;
  /** undefined where memory cannot be measured. */
  readonly measureMemory: (() => Omit<MemorySample, 'requests'>) | undefined;
  readonly onRequest?: () => void;
}

const REQUEST_TIMEOUT_MS = 300_000;

/**
 * Sends a bounded number of requests, drawn from the kinds, in batches. Between two batches nothing is under way, so
 * that a sample shows what the service keeps and not what it happens to work on.
 */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const send = createHttpSender('keep-alive');
  const answers = new Map<string, Map<number, number>>();
  const samples: MemorySample[] = [];
  const started = performance.now();
  const sample = (requests: number): void => {
    if (options.measureMemory !== undefined) samples.push({ requests, ...options.measureMemory() });
  };
  sample(0);
  for (let done = 0; done < options.requests; done += options.batch) {
    const size = Math.min(options.batch, options.requests - done);
    const batch = Array.from({ length: size }, () => pick(options.kinds, options.random));
    await forEachConcurrently(batch, options.concurrency, async (kind) => {
      const status = await sendOne(send, options.baseUrl, kind);
      const ofKind = answers.get(kind.name) ?? new Map<number, number>();
      answers.set(kind.name, ofKind.set(status, (ofKind.get(status) ?? 0) + 1));
      options.onRequest?.();
    });
    sample(done + size);
  }
  return {
    requests: options.requests,
    answers,
    ...judge(answers, options.kinds),
    samples,
    elapsedMs: performance.now() - started,
  };
}

/** The status of the answer; 0 when there was none. */
async function sendOne(send: HttpSender, baseUrl: string, kind: SoakRequest): Promise<number> {
  try {
    const answer = await send({
      method: kind.method,
      url: new URL(kind.path, baseUrl).href,
      headers: { 'Content-Type': kind.contentType },
      body: kind.body,
      timeoutMs: kind.abandonAfterMs ?? REQUEST_TIMEOUT_MS,
    });
    return answer.status;
  } catch {
    return 0;
  }
}

function judge(
  answers: SoakResult['answers'],
  kinds: readonly SoakRequest[],
): Pick<SoakResult, 'serverErrors' | 'unexpected'> {
  let serverErrors = 0;
  const unexpected: string[] = [];
  for (const kind of new Map(kinds.map((one) => [one.name, one])).values()) {
    for (const [status, count] of answers.get(kind.name) ?? []) {
      if (status >= 500) serverErrors += count;
      const isAllowed = kind.expected.includes(status) || (status === 0 && kind.abandonAfterMs !== undefined);
      if (!isAllowed) {
        unexpected.push(
          `${kind.name}: expected ${kind.expected.join(' or ')}, got ${status === 0 ? 'no answer' : status} ${count} times`,
        );
      }
    }
  }
  return { serverErrors, unexpected };
}
