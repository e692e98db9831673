import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { FaceComparisonSchema, ObjectSchema } from '../kube/objects.js';
import { DEPLOYMENTS, FACE_COMPARISONS, FACE_MODELS, NAMESPACES, pathOf } from '../kube/resources.js';
import type { ModelSource } from '../node/model-world.js';
import { OperatorProcess } from '../operator/operator-process.js';
import type { RecordingProxy } from '../proxy/recording-proxy.js';
import { resultLine, type Result } from '../report.js';
import { FAST_ROLLOUT, expect, type Figures } from '../stage.js';
import { until } from '../../waiting/until.js';
import { forEachConcurrently } from '../../terminal/concurrency.js';
import { metricSum } from '../operator/metric-sum.js';

const COMPARISONS = 100;
/** Each FaceComparison has one to begin with, and one to be upgraded to. */
const MODELS = 2 * COMPARISONS;
const REPLICAS = 2;
const NAMESPACE = 'scale';
/** A hundred at once keep the machine busy for minutes. */
const LIMIT_MS = 1_800_000;
/** Writes in it are counted at rest. */
const QUIET_MS = 10_000;
const AT_ONCE = 10;

/** 100 FaceComparisons and 200 FaceModels under one operator: how long until all are served, at what cost, and at rest. */
export async function runScale(bench: Bench): Promise<Result[]> {
  const scale = new Scale(bench);
  const results: Result[] = [];
  const parts: readonly [name: string, what: string, run: () => Promise<Figures>][] = [
    [
      'scale-create',
      `${COMPARISONS} FaceComparisons and ${MODELS} FaceModels are made at once and get served`,
      () => scale.create(),
    ],
    ['scale-idle', 'nothing is written while nothing changes', () => scale.idle()],
    ['scale-restart', 'an operator that is started again on all of it writes nothing', () => scale.restart()],
    ['scale-upgrade', `all ${COMPARISONS} are upgraded to another space at once`, () => scale.upgrade()],
  ];
  try {
    for (const [name, what, run] of parts) {
      const started = Date.now();
      const outcome = await run().then(
        (figures) => ({ figures }),
        (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
      );
      const result = { name, what, tookMs: Date.now() - started, ...outcome };
      results.push(result);
      console.log(resultLine(result));
      if ('error' in outcome) break;
    }
  } finally {
    await scale.close();
  }
  return results;
}

class Scale {
  readonly #bench: Bench;
  readonly #proxy: RecordingProxy;
  readonly #models = new Map<string, ModelSource>();
  #operator: OperatorProcess | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#proxy = bench.proxy;
  }

  async create(): Promise<Figures> {
    const { client, world } = this.#bench;
    await client.apply(pathOf(NAMESPACES, undefined, NAMESPACE), {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    for (const role of ['old', 'new']) {
      for (let n = 0; n < COMPARISONS; n++) {
        const name = `${role}-${n}`;
        this.#models.set(name, await world.make({ version: `${name}-scale`, space: `${role}-${n}` }));
      }
    }
    await this.#start();
    const started = Date.now();
    await forEachConcurrently(this.#models, AT_ONCE, async ([name, { version, manifest, sha256 }]) => {
      await client.apply(pathOf(FACE_MODELS, NAMESPACE, name), {
        apiVersion: 'face-comparison.dev/v1alpha1',
        kind: 'FaceModel',
        metadata: { name },
        spec: { version, source: { manifest, sha256 } },
      });
    });
    await forEachConcurrently(numbers(), AT_ONCE, async (n) => {
      await client.apply(pathOf(FACE_COMPARISONS, NAMESPACE, `faces-${n}`), {
        apiVersion: 'face-comparison.dev/v1alpha1',
        kind: 'FaceComparison',
        metadata: { name: `faces-${n}` },
        // Nobody asks here, and all change at once: what is measured is the operator.
        spec: { model: `old-${n}`, replicas: REPLICAS, rollout: { ...FAST_ROLLOUT, retain: '1s', deadline: '30m' } },
      });
    });
    const madeMs = Date.now() - started;
    // What comes after that is the work of the controller manager and of the node as well.
    await until(`there are ${COMPARISONS} Deployments`, () => this.#hasAllDeployments(), {
      limitMs: LIMIT_MS,
      everyMs: 200,
    });
    const deployedMs = Date.now() - started;
    await this.#untilAllServe('old');
    return { madeMs, deployedMs, steadyMs: Date.now() - started, ...(await this.#cost()) };
  }

  async idle(): Promise<Figures> {
    await this.#untilQuiet();
    const before = await this.#operatorUse();
    const [writes, requests] = [this.#proxy.writes.length, this.#proxy.requests];
    await sleep(QUIET_MS);
    const after = await this.#operatorUse();
    const written = this.#proxy.writes.length - writes;
    expect(written === 0, `no write in ${QUIET_MS} ms of rest, got ${written}`);
    return {
      quietMs: QUIET_MS,
      writes: written,
      requests: newRequests(requests, this.#proxy.requests),
      cpuPercent: Number(((100 * (after.cpuMs - before.cpuMs)) / QUIET_MS).toFixed(1)),
      memoryMiB: mebibytes(after.rssBytes),
    };
  }

  async restart(): Promise<Figures> {
    await this.#operator?.stop();
    const writes = this.#proxy.writes.length;
    const started = Date.now();
    await this.#start();
    await this.#operator?.untilLooked(COMPARISONS, LIMIT_MS);
    const lookedMs = Date.now() - started;
    await this.#untilQuiet();
    const written = this.#proxy.writes.length - writes;
    expect(written === 0, `no write after a restart, got ${written}`);
    return { lookedMs, writes: written, ...(await this.#cost()) };
  }

  async upgrade(): Promise<Figures> {
    const { client } = this.#bench;
    const writes = this.#proxy.writes.length;
    const started = Date.now();
    await forEachConcurrently(numbers(), AT_ONCE, async (n) => {
      await client.patch(pathOf(FACE_COMPARISONS, NAMESPACE, `faces-${n}`), { spec: { model: `new-${n}` } });
    });
    await this.#untilAllServe('new');
    const steadyMs = Date.now() - started;
    await this.#untilQuiet();
    const written = this.#proxy.writes.length - writes;
    return { steadyMs, writes: written, writesPerUpgrade: written / COMPARISONS, ...(await this.#cost()) };
  }

  async close(): Promise<void> {
    await this.#operator?.stop();
    await this.#bench.client.delete(pathOf(NAMESPACES, undefined, NAMESPACE));
  }

  async #start(): Promise<void> {
    this.#operator = await OperatorProcess.start({ credentials: this.#proxy.credentials, namespaces: [NAMESPACE] });
  }

  async #operatorUse(): Promise<Awaited<ReturnType<OperatorProcess['use']>>> {
    if (this.#operator === undefined) throw new Error('no operator runs');
    return this.#operator.use();
  }

  async #hasAllDeployments(): Promise<boolean> {
    const { items } = await this.#bench.client.list(ObjectSchema, pathOf(DEPLOYMENTS, NAMESPACE));
    return items.length === COMPARISONS;
  }

  /** What it has cost since the operator was started. */
  async #cost(): Promise<Figures> {
    const metrics = (await this.#operator?.metrics()) ?? '';
    const reconciles = metricSum(metrics, 'controller_runtime_reconcile_total');
    const { rssBytes, cpuMs } = await this.#operatorUse();
    const writes = this.#proxy.writes.length;
    return {
      reconciles,
      allWrites: writes,
      memoryMiB: mebibytes(rssBytes),
      cpuMs: Math.round(cpuMs),
    };
  }

  async #untilAllServe(role: string): Promise<void> {
    const { client } = this.#bench;
    let done = 0;
    await until(
      `all ${COMPARISONS} serve their ${role} model`,
      async () => {
        const { items } = await client.list(FaceComparisonSchema, pathOf(FACE_COMPARISONS, NAMESPACE));
        done = items.filter(
          ({ status }) =>
            status?.phase === 'Serving' &&
            status.model?.startsWith(role) === true &&
            status.rollout === undefined &&
            status.updatedReplicas === REPLICAS &&
            status.readyReplicas === REPLICAS,
        ).length;
        return done === COMPARISONS;
      },
      { limitMs: LIMIT_MS, everyMs: 250, describe: () => `${done} do` },
    );
  }

  async #untilQuiet(): Promise<void> {
    let [seen, since] = [-1, 0];
    await until(
      'nothing is written for 3 s',
      () => {
        const count = this.#proxy.writes.length;
        if (count !== seen) [seen, since] = [count, performance.now()];
        return performance.now() - since >= 3000;
      },
      { limitMs: LIMIT_MS, everyMs: 100 },
    );
  }
}

/** Such as `WATCH pods 3`. */
function newRequests(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  return [...after]
    .map(([kind, count]): [string, number] => [kind, count - (before.get(kind) ?? 0)])
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${count}`);
}

function numbers(): number[] {
  return Array.from({ length: COMPARISONS }, (_, n) => n);
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
