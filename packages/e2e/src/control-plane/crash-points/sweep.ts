import { OperatorProcess, type OperatorOptions } from '../operator/operator-process.js';
import { describeKind, type ApiRequest } from '../proxy/api-request.js';
import type { RecordingProxy } from '../proxy/recording-proxy.js';
import type { Bench } from '../bench.js';
import { Stage, expect } from '../stage.js';
import { fixedPoint } from './fixed-point.js';

/** Where the operator is killed: the k-th write has not reached the API server, or has and the operator does not know. */
export type Moment = 'before' | 'after';

/** A way of an upgrade, gone again and again with new models. */
export interface Journey {
  readonly name: string;
  readonly what: string;
  /** Makes the next model and patches to it. */
  readonly start: (stage: Stage, name: string) => Promise<void>;
  /** Resolves when all of it is over: nothing is retained, nothing moves. */
  readonly end: (stage: Stage, name: string, before: string) => Promise<void>;
  /** For how long the new model is watched once it answers all; by default hardly at all. */
  readonly afterSwitch?: string;
  /** Requests of the new model may fail. */
  readonly mayFail?: boolean;
  /** Two spaces may answer when the killed operator is away for longer. */
  readonly maxAwayMs?: number;
  /** Whether the new model serves at the end, so that the next one starts from it. */
  readonly succeeds: boolean;
  /** Just before a write there is the same as just after the one before it, but for what is written side by side. */
  readonly moments: readonly Moment[];
}

/** The journeys at whose writes the operator is killed. */
export const JOURNEYS: readonly Journey[] = [
  {
    name: 'other-space',
    what: 'upgrade to another space',
    start: async (stage, name) => {
      await stage.addModel(name, { space: name });
      await stage.patch({ model: name });
    },
    end: async (stage, name, before) => {
      await stage.untilSettledOn(name);
      await stage.untilUnloaded(before);
    },
    succeeds: true,
    moments: ['after', 'before'],
  },
  {
    name: 'same-space',
    what: 'upgrade in the same space, step by step',
    start: async (stage, name) => {
      await stage.addModel(name, { space: 'one' });
      await stage.patch({ model: name });
    },
    end: async (stage, name, before) => {
      await stage.untilSettledOn(name);
      await stage.untilUnloaded(before);
    },
    succeeds: true,
    moments: ['after'],
  },
  {
    name: 'rejected',
    what: 'upgrade to another space that is rejected after its switch',
    start: async (stage, name) => {
      await stage.addModel(name, { space: name, behaviour: { errorRate: 0.3 } });
      await stage.patch({ model: name });
    },
    end: async (stage, name, before) => {
      await stage.until(`${name} is rejected`, ({ rejected = [] }) => rejected.some(({ model }) => model === name));
      await stage.untilSettledOn(before);
      await stage.untilUnloaded(name);
    },
    afterSwitch: '2s',
    mayFail: true,
    // What remains of docs/decisions/0014: a way back has a short lead, for which a slow machine starts no other operator.
    maxAwayMs: 2000,
    succeeds: false,
    moments: ['after'],
  },
];

/** What came of killing the operator once. */
export interface Kill {
  /** Which write, from 1. */
  readonly k: number;
  readonly moment: Moment;
  /** The write; undefined when the journey was over before it. */
  readonly write: string | undefined;
  readonly tookMs: number;
  /** From the kill until the next operator had looked at the FaceComparison. */
  readonly awayMs: number | undefined;
  readonly error: string | undefined;
}

/** Long enough for the operator's last write to be followed by whatever it forgot. */
const QUIET_MS = 700;
/** One FaceComparison with an operator of its own that is killed at one write after the other. */
export class SweepLane {
  readonly #stage: Stage;
  readonly #proxy: RecordingProxy;
  readonly #options: OperatorOptions;
  readonly #journey: Journey;
  #operator: OperatorProcess;
  #serving = 'old';
  #round = 0;
  #restarted: Promise<number> | undefined;

  private constructor(
    stage: Stage,
    proxy: RecordingProxy,
    options: OperatorOptions,
    operator: OperatorProcess,
    journey: Journey,
  ) {
    this.#stage = stage;
    this.#proxy = proxy;
    this.#options = options;
    this.#operator = operator;
    this.#journey = journey;
  }

  static async open(bench: Bench, namespace: string, journey: Journey): Promise<SweepLane> {
    const { afterSwitch = '200ms' } = journey;
    const proxy = await bench.startProxy();
    const options = { credentials: proxy.credentials, namespaces: [namespace] };
    const stage = await Stage.open(bench, namespace);
    stage.watchWritesOf(proxy);
    const started = performance.now();
    const operator = await OperatorProcess.start(options);
    const startMs = performance.now() - started;
    await stage.begin({
      rollout: {
        checks: { minRequests: 5, maxErrorRate: 0.02, maxLatencyRatio: 50, afterSwitch },
        retain: '300ms',
        // Only what is meant to run into it does, however busy the machine is.
        deadline: '10m',
        // Much longer than a killed operator needs to be there again, as the default is.
        switchLead: `${Math.ceil(3 + (3 * startMs) / 1000)}s`,
      },
    });
    return new SweepLane(stage, proxy, options, operator, journey);
  }

  /** The journey without a kill: how many writes it takes, and how it ends. */
  async reference(): Promise<{ readonly writes: readonly string[]; readonly fixedPoint: string }> {
    const writes: string[] = [];
    this.#proxy.hooks = { before: (write) => writes.push(describeKind(write)) > 0 };
    const end = await this.#go();
    this.#proxy.hooks = {};
    return { writes, fixedPoint: end };
  }

  /**
   * The journey with the operator killed at the k-th write, and started again.
   * @param expected how it must end
   */
  async killAt(k: number, moment: Moment, expected: string): Promise<Kill> {
    const started = Date.now();
    let seen = 0;
    let at: ApiRequest | undefined;
    this.#restarted = undefined;
    const kill = (write: ApiRequest): void => {
      at = write;
      this.#operator.kill();
      this.#restarted = this.#restart();
      // Whoever waits for the end of the journey learns of it there.
      this.#restarted.catch(() => undefined);
    };
    let kth: ApiRequest | undefined;
    this.#proxy.hooks = {
      before: (write) => {
        seen++;
        if (seen !== k) return true;
        kth = write;
        if (moment === 'after') return true;
        kill(write);
        return false;
      },
      after: (write) => {
        // Others may have been sent since.
        if (write === kth && at === undefined) kill(write);
      },
    };
    let error: string | undefined;
    try {
      const end = await this.#go();
      expect(end === expected, `the same end as without a kill\n  ${expected}\n  got\n  ${end}`);
    } catch (caught) {
      error = caught instanceof Error ? caught.message : String(caught);
    }
    this.#proxy.hooks = {};
    const write = at === undefined ? undefined : describeKind(at);
    const awayMs = await this.#awayMs();
    return { k, moment, write, tookMs: Date.now() - started, awayMs, error };
  }

  async close(): Promise<void> {
    await this.#operator.stop();
    await this.#stage.close();
    await this.#proxy.stop();
  }

  /** Goes the journey once, judges it, and says how it ended. */
  async #go(): Promise<string> {
    const stage = this.#stage;
    const { start, end, succeeds, mayFail = false, maxAwayMs = Infinity } = this.#journey;
    const name = `m${++this.#round}`;
    const before = this.#serving;
    stage.restart();
    await start(stage, name);
    await end(stage, name, before);
    await this.#untilQuiet();
    stage.judge({
      mayFail: (version) => mayFail && version === stage.versionOf(name),
      mayMix: ((await this.#awayMs()) ?? 0) > maxAwayMs,
    });
    if (succeeds) this.#serving = name;
    return this.#fixedPoint(name, before);
  }

  /** The operator may be killed at its very last writes, when all else is over. */
  async #untilQuiet(): Promise<void> {
    let awaited: Promise<number> | undefined;
    do {
      awaited = this.#restarted;
      await awaited;
      await this.#stage.untilQuiet(QUIET_MS);
    } while (awaited !== this.#restarted);
  }

  async #fixedPoint(name: string, before: string): Promise<string> {
    const stage = this.#stage;
    const roles = new Map([
      [stage.versionOf(name), 'NEW'],
      [name, 'NEW'],
      [stage.versionOf(before), 'OLD'],
      [before, 'OLD'],
    ]);
    return fixedPoint(await stage.plan(), stage.status, (text) => roles.get(text) ?? text);
  }

  /** How long there was no operator; undefined when it was not killed, or did not come back. */
  async #awayMs(): Promise<number | undefined> {
    return this.#restarted?.catch(() => undefined);
  }

  async #restart(): Promise<number> {
    const started = performance.now();
    await this.#operator.ended();
    this.#operator = await OperatorProcess.start(this.#options);
    await this.#operator.untilLooked(1);
    return Math.round(performance.now() - started);
  }
}
