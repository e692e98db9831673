import { kindOf, rowOf } from '../catalogue/catalogue.js';
import { latencySeconds } from '../catalogue/operation-latency.js';
import type { Props } from '../catalogue/kind.js';
import { rules } from '../rules/rules.js';
import type { AccountState, SpawnOptions } from '../account/account-state.js';
import { admit, inputsExist, mustBeHealable, mustBeIdle, refusalToDelete } from './admission.js';
import { AwsError } from '../account/aws-error.js';
import { Capacity } from '../account/capacity.js';
import { VirtualClock } from '../account/clock.js';
import { Credentials } from '../account/credentials.js';
import { identify, outputsOf, tagsOf, type Request } from '../account/describe.js';
import { Entities } from '../account/entities.js';
import { learn, never, type Entity } from '../account/entity.js';
import { FaultPlan, type Fault } from '../account/faults.js';
import { endDue, isPending } from './lifecycle.js';
import { notFoundCode } from '../account/not-found.js';
import type { Mutation, Span } from '../account/operation.js';
import { same } from '../account/same.js';
import { send, untilSettled } from './patience.js';
import { Quotas } from '../account/quotas.js';
import type { StoredCluster } from '../kubernetes/cluster.js';
import { Clusters } from '../kubernetes/clusters.js';
import { Throttle } from '../account/throttle.js';

export interface WorldOptions {
  /** Twelve digits. Default `123456789012`. */
  readonly account?: string;
  readonly clock?: VirtualClock;
}

/** A world as plain data. */
export interface StoredWorld {
  readonly now: number;
  readonly made: number;
  readonly entities: readonly Entity[];
  readonly clusters: readonly StoredCluster[];
}

/** A call of the provider. */
export interface Call {
  /** Pulumi's type token. */
  readonly type: string;
  readonly urn: string;
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  /** Aborted when the engine cancels: the provider stops waiting, AWS goes on. */
  readonly signal?: AbortSignal;
}

/** An AWS account: what exists in it, what it refuses, and how long things take. */
export class World implements AccountState {
  readonly account: string;
  readonly clock: VirtualClock;
  readonly entities = new Entities();
  readonly faults = new FaultPlan();
  readonly credentials: Credentials;
  readonly throttle: Throttle;
  readonly quotas = new Quotas();
  readonly capacity = new Capacity();
  /** Bucket names that other accounts have. */
  readonly takenBuckets = new Set<string>();
  readonly spans: Span[] = [];
  readonly kubernetes: Clusters;
  #made = 0;
  #running = 0;

  constructor(options: WorldOptions = {}) {
    this.account = options.account ?? '123456789012';
    this.clock = options.clock ?? new VirtualClock();
    const now = (): number => this.clock.now();
    this.credentials = new Credentials(now);
    this.throttle = new Throttle(now);
    this.kubernetes = new Clusters(this);
  }

  /** Makes operations fail; see {@link FaultPlan.add}. */
  fault(fault: Fault, nth = 1): void {
    this.faults.add(fault, nth);
  }

  /** The n-th operation from now on fails, whatever it is; the first is 1. */
  failNth(n: number): void {
    this.fault(
      { code: 'InternalFailure', message: `The request failed: operation ${n} of this run was made to fail.` },
      n,
    );
  }

  unfiredFaults(): Fault[] {
    return this.faults.unfired();
  }

  /** Resources that carry our tag: what must be empty after `pulumi destroy`. Keys on their way out are listed by {@link pendingDeletion}. */
  tagged(project: string): Entity[] {
    return this.existing().filter((entity) => entity.tags['Project'] === project && !isPending(entity));
  }

  /** What a run left: all of the programs' resources, and what AWS made because of them. */
  leftovers(): Entity[] {
    return this.existing().filter((entity) => entity.madeBy !== 'account' && !isPending(entity));
  }

  /** Encryption keys that AWS keeps for their waiting period and does not charge for. */
  pendingDeletion(): Entity[] {
    return this.existing().filter(isPending);
  }

  /** Everything that exists now. */
  existing(): Entity[] {
    this.settle();
    return this.entities.all();
  }

  /** Puts something into the account that was there before, such as a hosted zone or a certificate. */
  seed(type: string, inputs: Props, region = 'us-west-2'): Entity {
    const request: Request = { row: rowOf(type), inputs, defaultTags: {}, region, account: this.account };
    const entity = {
      ...this.#draft(request, 'there before'),
      madeBy: 'account' as const,
      state: 'active' as const,
      dueAt: this.clock.now(),
    };
    this.entities.put(entity);
    return entity;
  }

  spawn(row: string, inputs: Props, origin: string, { owner, until = never }: SpawnOptions = {}): Entity {
    const request: Request = {
      row,
      inputs,
      defaultTags: {},
      region: owner?.region ?? 'us-west-2',
      account: this.account,
    };
    const entity: Entity = {
      ...this.#draft(request, origin),
      madeBy: 'aws',
      state: until === never ? 'active' : 'deleting',
      dueAt: until,
    };
    this.entities.put(entity);
    return entity;
  }

  /** Somebody uploads a file, as the platform's user does with a model. */
  putObject(bucket: string, key: string): void {
    this.spawn('s3/bucketObjectv2', { bucket, key }, `file in bucket ${bucket}`);
  }

  /** Somebody pushes an image. */
  pushImage(repository: string): void {
    this.spawn('ecr/image', { repository }, `image in repository ${repository}`);
  }

  async create(call: Call, inputs: Props): Promise<Entity> {
    return this.operation('create', call, async (fault) => {
      const row = rowOf(call.type);
      const request: Request = { ...call, row, inputs, account: this.account };
      const entity = this.#draft(request, call.urn);
      await send(this, row, 'create', call.signal, () => {
        if (fault && fault.partial !== true) throw new AwsError(fault.code, fault.message);
        admit(this, entity);
        entity.createdAt = this.clock.now();
        entity.dueAt = entity.createdAt + latencySeconds(call.type, inputs).create;
        this.entities.put(entity);
      });
      await untilSettled(this, entity, call.signal);
      if (fault) {
        entity.state = 'failed';
        entity.reason = fault.message;
        throw new AwsError(fault.code, fault.message, { partial: entity });
      }
      if (entity.state === 'failed') throw new AwsError('unexpected state', entity.reason, { partial: entity });
      return entity;
    });
  }

  async update(call: Call, id: string, inputs: Props): Promise<Entity> {
    return this.operation('update', call, async (fault) => {
      const row = rowOf(call.type);
      const entity = await send(this, row, 'update', call.signal, () => {
        if (fault) throw new AwsError(fault.code, fault.message);
        const found = this.entities.get(row, id);
        if (!found || found.state === 'deleting') {
          throw new AwsError(notFoundCode(row), `The ${row} '${id}' does not exist`);
        }
        mustBeIdle(found);
        mustBeHealable(found);
        rules[row]?.change?.(this, found, inputs);
        inputsExist(this, row, inputs);
        this.#change(found, { ...call, row, inputs, account: this.account });
        found.dueAt = this.clock.now() + latencySeconds(call.type, inputs).update;
        return found;
      });
      await untilSettled(this, entity, call.signal);
      return entity;
    });
  }

  /** Deletes and waits until it is gone. What does not exist is gone already. */
  async delete(call: Call, id: string): Promise<void> {
    await this.operation('delete', call, async (fault) => {
      const row = rowOf(call.type);
      const entity = await send(this, row, 'delete', call.signal, () => {
        if (fault) throw new AwsError(fault.code, fault.message);
        const found = this.entities.get(row, id);
        if (!found || found.state === 'deleting') return found;
        mustBeIdle(found);
        const refusal = refusalToDelete(this, found);
        if (refusal) throw refusal;
        found.state = 'deleting';
        found.dueAt = this.clock.now() + latencySeconds(call.type, found.inputs).delete;
        rules[row]?.leaving?.(this, found);
        return found;
      });
      if (entity && !isPending(entity)) await untilSettled(this, entity, call.signal);
    });
  }

  /** What the provider reads: undefined when it does not exist. AWS still shows what is being deleted, a key excepted. */
  read(call: Call, id: string): Entity | undefined {
    kindOf(rowOf(call.type));
    this.credentials.check();
    this.settle();
    const entity = this.entities.get(rowOf(call.type), id);
    return entity && isPending(entity) ? undefined : entity;
  }

  /** Everything that exists, as plain data. Faults, limits and the clusters' network are not part of it. */
  toJSON(): StoredWorld {
    return {
      now: this.clock.now(),
      made: this.#made,
      entities: this.entities.all(),
      clusters: this.kubernetes.toJSON(),
    };
  }

  /** Another account with the same in it, in which everything can go another way. It has no faults and no limits yet. */
  fork(): World {
    const copy = new World({ account: this.account });
    copy.restore(structuredClone(this.toJSON()));
    return copy;
  }

  /**
   * Somebody comes back when AWS is done: time goes on until nothing is being made or changed any more.
   *
   * Does nothing while an operation runs.
   */
  comeBackLater(): void {
    if (this.#running > 0) return;
    const making = this.entities.all().filter(({ state }) => state === 'creating' || state === 'updating');
    const until = Math.max(0, ...making.map(({ dueAt }) => dueAt).filter((due) => due < never));
    this.clock.advance(Math.max(0, until - this.clock.now()));
    this.settle();
  }

  /** Becomes what {@link toJSON} stored. Time goes on from the later of both. */
  restore(stored: StoredWorld): void {
    const copy = structuredClone(stored);
    this.entities.clear();
    copy.entities.forEach((entity) => this.entities.put(entity));
    this.#made = Math.max(this.#made, copy.made);
    this.kubernetes.restore(copy.clusters);
    this.clock.advance(Math.max(0, copy.now - this.clock.now()));
  }

  settle(): void {
    endDue(this);
  }

  #change(entity: Entity, request: Request): void {
    const differs = !same(entity.inputs, request.inputs);
    const counted = (kindOf(entity.row).changingOutputs ?? []).map((key): [string, number] => [
      key,
      Number(entity.outputs[key]) + (differs ? 1 : 0),
    ]);
    entity.state = 'updating';
    entity.inputs = request.inputs;
    entity.tags = tagsOf(request);
    entity.outputs = outputsOf(request, entity);
    learn(entity, { ...entity.facts, ...Object.fromEntries(counted) });
  }

  #draft(request: Request, origin: string): Entity {
    this.#made += 1;
    const identity = identify(request, `${this.account} ${origin} ${this.#made}`);
    return {
      ...identity,
      row: request.row,
      region: request.region,
      origin,
      madeBy: 'program',
      createdAt: this.clock.now(),
      inputs: request.inputs,
      outputs: outputsOf(request, identity),
      facts: {},
      tags: tagsOf(request),
      state: 'creating',
      dueAt: never,
      reason: '',
    };
  }

  /** Runs one operation of a provider: it may be made to fail, and its span is kept. */
  async operation<T>(
    op: Mutation,
    call: Pick<Call, 'type' | 'urn'>,
    work: (fault: Fault | undefined) => Promise<T>,
  ): Promise<T> {
    const start = this.clock.now();
    const span = { op, type: call.type, urn: call.urn, start };
    this.#running += 1;
    try {
      const result = await work(this.faults.take(op, call.urn));
      this.spans.push({ ...span, end: this.clock.now() });
      return result;
    } catch (error) {
      this.spans.push({ ...span, end: this.clock.now(), error: messageOf(error) });
      throw error;
    } finally {
      this.#running -= 1;
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
