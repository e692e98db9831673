import { withGrain } from './bitmap.js';
import { Pacer } from './pacer.js';
import type { Capacity, DriverRecord, Traffic } from './protocol.js';
import { nowMs, send, type Call } from './send.js';

/** Photos the driver sends. */
export interface Photos {
  /** With a face. */
  readonly face: Buffer;
  /** Without one, and cheap to answer. */
  readonly blank: Buffer;
}

/** A service that does not answer must not fill this process with waiting requests. */
const MAX_WAITING = 400;

/** Sends what it is told to send, and records what comes of it. */
export class Load {
  readonly #photos: Photos;
  readonly #record: (record: Omit<DriverRecord, 'n'>) => void;
  #pacers: Pacer[] = [];
  /** When requests were sent that are not answered yet, oldest first. */
  readonly #unanswered = new Set<{ readonly sentMs: number }>();
  #turn = 0;

  constructor(photos: Photos, record: (record: Omit<DriverRecord, 'n'>) => void) {
    this.#photos = photos;
    this.#record = record;
  }

  /** When the oldest request was sent that is not answered yet. */
  get unansweredSinceMs(): number | null {
    return this.#unanswered.values().next().value?.sentMs ?? null;
  }

  /** Sends this from now on, and nothing else. */
  follow(traffic: Traffic): void {
    for (const pacer of this.#pacers) pacer.stop();
    const { face, blank } = this.#photos;
    const { serviceUrl, clients, podClient, podsPerSecond } = traffic;
    this.#pacers = [
      new Pacer(traffic.perSecond, () => {
        const client = clients[this.#turn++ % clients.length];
        if (client === undefined) return;
        this.#send('service', client.name, { url: serviceUrl, key: client.key, picture: face });
      }),
      ...traffic.pins.map(
        ({ version, client, perSecond }) =>
          new Pacer(perSecond, () =>
            this.#send('pin', version, { url: serviceUrl, key: client.key, pin: version, picture: face }),
          ),
      ),
      ...traffic.pods.map(
        ({ name, url }) =>
          new Pacer(podsPerSecond, () => this.#send('pod', name, { url, key: podClient.key, picture: blank })),
      ),
    ];
  }

  /**
   * Measures what the service carries, with other traffic stopped.
   * @param concurrency requests under way at any time
   */
  async measure(traffic: Traffic, concurrency: number, requests: number): Promise<Capacity> {
    const [client] = traffic.clients;
    if (client === undefined) throw new Error('there are no clients to measure with');
    const tookMs: number[] = [];
    let left = requests;
    const started = performance.now();
    const worker = async (): Promise<void> => {
      while (left-- > 0) {
        const answer = await send({ url: traffic.serviceUrl, key: client.key, picture: withGrain(this.#photos.face) });
        if (answer.status !== 200) throw new Error(`expected 200 while measuring, got ${answer.status} ${answer.code}`);
        tookMs.push(answer.receivedMs - answer.sentMs);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    tookMs.sort((a, b) => a - b);
    return {
      perSecond: (1000 * tookMs.length) / (performance.now() - started),
      medianMs: tookMs[Math.floor(tookMs.length / 2)] ?? 0,
    };
  }

  #send(route: DriverRecord['route'], who: string, call: Call): void {
    const waiting = { sentMs: nowMs() };
    if (this.#unanswered.size >= MAX_WAITING) {
      this.#record({ route, who, ...waiting, receivedMs: waiting.sentMs, status: 0, code: 'too many unanswered' });
      return;
    }
    this.#unanswered.add(waiting);
    void send({ ...call, picture: withGrain(call.picture) }).then((answer) => {
      this.#unanswered.delete(waiting);
      this.#record({ route, who, ...answer });
    });
  }
}
