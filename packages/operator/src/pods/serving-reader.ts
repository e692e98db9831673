import { ServingSchema, type Serving } from '@face-comparison/contract';
import { Value } from 'typebox/value';
import { Agent, request } from 'undici';

/** The private port of a serving process. */
export const SERVING_PORT = 9090;
const MAX_ANSWER_BYTES = 256 * 1024;
/** The process that answers never computes; and a switch that is near must not wait for a pod that does not answer. */
const TIMEOUT_MS = 1_000;

/** What a pod said, or why it said nothing. */
export type ServingAnswer =
  | {
      readonly serving: Serving;
      /** How far the pod's clock is ahead of ours, give or take half of the time that the answer took. */
      readonly clockAheadMs: number;
    }
  | { readonly unanswered: string };

/**
 * Asks serving processes what they serve (`GET :9090/serving`). An answer is bounded in time and size and checked against the
 * contract: a pod is no more trusted than any other program.
 */
export class ServingReader {
  readonly #agent: Agent;
  readonly #now: () => number;
  readonly #timeoutMs: number;

  /** @param timeoutMs how long an answer may take */
  constructor(now: () => number = Date.now, timeoutMs = TIMEOUT_MS) {
    this.#agent = new Agent({
      connections: 1,
      pipelining: 1,
      keepAliveTimeout: 10_000,
      connect: { timeout: timeoutMs },
    });
    this.#now = now;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @param address IP address of the pod
   * @throws the reason of the signal, and nothing else
   */
  async read(address: string, signal: AbortSignal): Promise<ServingAnswer> {
    const host = address.includes(':') ? `[${address}]` : address;
    const asked = this.#now();
    try {
      const answer = await request(`http://${host}:${SERVING_PORT}/serving`, {
        dispatcher: this.#agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
      });
      const text = await boundedText(answer.body);
      const answered = this.#now();
      if (answer.statusCode !== 200) return { unanswered: `/serving answered ${answer.statusCode}` };
      const serving: unknown = JSON.parse(text);
      if (!Value.Check(ServingSchema, serving))
        return { unanswered: '/serving answered something else than the contract says' };
      return { serving, clockAheadMs: Date.parse(serving.now) - (asked + answered) / 2 };
    } catch (error) {
      signal.throwIfAborted();
      return { unanswered: this.#reasonOf(error) };
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** Without addresses and times, so that the same trouble is always the same sentence. */
  #reasonOf(error: unknown): string {
    // By what it has and not by what it is: an abort is a DOMException, and undici's errors have codes.
    const { name, code, message } =
      typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
    if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT') return `no answer within ${this.#timeoutMs} ms`;
    if (code === 'ECONNREFUSED') return 'connection refused';
    if (typeof code === 'string') return code;
    return typeof message === 'string' ? message : 'no answer';
  }
}

async function boundedText(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`its answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
