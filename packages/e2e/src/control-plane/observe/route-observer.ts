import { bucketOf } from '@face-comparison/server/serving';
import type { SimulatedKubelet } from '../node/simulated-kubelet.js';
import { sameRoutes, type RouteSample } from './route-samples.js';

const EVERY_MS = 5;

/** Clients that a canary of any share tells apart: one near each of these percentages. */
const PROBED_PERCENT = [0.5, 4, 8, 20, 45, 80, 99];

/** Watches what the pods of one FaceComparison answer, all at the same instants, without asking the operator. */
export class RouteObserver {
  readonly #kubelet: SimulatedKubelet;
  readonly #namespace: string;
  readonly #instance: string;
  readonly #clients = PROBED_PERCENT.map(clientAt);
  readonly #samples: RouteSample[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #forget: () => void;
  #taken = 0;

  constructor(kubelet: SimulatedKubelet, namespace: string, instance: string) {
    this.#kubelet = kubelet;
    this.#namespace = namespace;
    this.#instance = instance;
    this.#timer = setInterval(() => this.sample(), EVERY_MS).unref();
    this.#forget = kubelet.onChange((pod) => {
      if (pod.namespace === namespace && pod.instance === instance) this.sample();
    });
  }

  /** One entry for each change of what is answered. */
  get changes(): readonly RouteSample[] {
    return this.#samples;
  }

  /** How often it looked. */
  get taken(): number {
    return this.#taken;
  }

  /** Starts a new record, with what is answered now. */
  reset(): void {
    this.#samples.length = 0;
    this.#taken = 0;
    this.sample();
  }

  sample(): void {
    this.#taken++;
    const pods: Record<string, readonly string[]> = {};
    for (const pod of this.#kubelet.podsOf(this.#namespace, this.#instance)) {
      const { endpoint } = pod;
      if (endpoint === undefined) continue;
      const versions = this.#clients
        .map((client) => endpoint.versionFor(client))
        .filter((version) => version !== undefined);
      pods[pod.name] = [...new Set(versions)].sort();
    }
    const sample = { at: Date.now(), pods };
    const last = this.#samples.at(-1);
    if (last === undefined || !sameRoutes(last, sample)) this.#samples.push(sample);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#forget();
  }
}

/** A client whose share of the traffic begins near this percentage. */
function clientAt(percent: number): string {
  for (let n = 0; ; n++) {
    const client = `probe-${n}`;
    if (Math.abs(bucketOf(client) - percent) < 0.4) return client;
  }
}
