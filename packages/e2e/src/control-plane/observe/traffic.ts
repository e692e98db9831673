import type { SimulatedKubelet } from '../node/simulated-kubelet.js';
import type { SimulatedAnswer } from '../node/serving-process.js';

const CLIENTS = 400;
const TICK_MS = 20;

/** An answer that a client got. */
export interface RecordedAnswer extends SimulatedAnswer {
  /** When it was asked for, in milliseconds since 1970. */
  readonly at: number;
  /** The version that was insisted on. */
  readonly pin: string | undefined;
}

export interface TrafficOptions {
  readonly kubelet: SimulatedKubelet;
  readonly namespace: string;
  readonly instance: string;
  readonly requestsPerSecond: number;
}

/** Clients that ask again and again, each request at the next pod that is ready, as a Service would send it. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #answers: RecordedAnswer[] = [];
  readonly #timer: NodeJS.Timeout;
  #due = 0;
  #sent = 0;
  /** Asked for beside the rest, by every tenth request. */
  pin: string | undefined;
  #lastTick = performance.now();

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  get answers(): readonly RecordedAnswer[] {
    return this.#answers;
  }

  /** Answers that the service owed and did not give. */
  get failed(): readonly RecordedAnswer[] {
    return this.#answers.filter(({ status }) => status >= 500);
  }

  reset(): void {
    this.#answers.length = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    this.#due += ((now - this.#lastTick) / 1000) * this.#options.requestsPerSecond;
    this.#lastTick = now;
    // After a pause of this process, what was missed is not sent all at once.
    this.#due = Math.min(this.#due, this.#options.requestsPerSecond);
    while (this.#due >= 1) {
      this.#due--;
      void this.#send(this.#sent++);
    }
  }

  async #send(n: number): Promise<void> {
    const { kubelet, namespace, instance } = this.#options;
    const endpoints = kubelet
      .podsOf(namespace, instance)
      .map((pod) => pod.endpoint)
      .filter((endpoint) => endpoint !== undefined);
    const endpoint = endpoints[n % Math.max(1, endpoints.length)];
    const pin = n % 10 === 9 ? this.pin : undefined;
    const at = Date.now();
    // A multiple of the clients that shares no divisor with the pods, so that each client meets each pod.
    const answer = await (endpoint?.answer(`client-${(n * 7) % CLIENTS}`, pin) ?? { status: 503 as const });
    this.#answers.push({ ...answer, at, pin });
  }
}
