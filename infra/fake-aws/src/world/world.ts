import { kindOf, rowOf } from '../catalogue/catalogue.js';
import { latencySeconds } from '../catalogue/operation-latency.js';
import type { Props } from '../catalogue/kind.js';
import { rules } from '../rules/rules.js';
import { AwsError } from './aws-error.js';
import { Capacity } from './capacity.js';
import { VirtualClock } from './clock.js';
import { Credentials } from './credentials.js';
import { identify, outputsOf, tagsOf, type Request } from './describe.js';
import { Entities } from './entities.js';
import { learn, never, type Entity } from './entity.js';
import { FaultPlan, type Fault } from './faults.js';
import { notFoundCode } from './not-found.js';
import type { Mutation, Span } from './operation.js';
import { same } from './same.js';
import { textsAt } from './paths.js';
import { Quotas } from './quotas.js';
import type { StoredCluster } from '../kubernetes/cluster.js';
import { Clusters } from '../kubernetes/clusters.js';
import { Throttle } from './throttle.js';

export interface WorldOptions {
  /** Twelve digits. Default `123456789012`. */
  readonly account?: string;
  readonly clock?: VirtualClock;
}

export interface SpawnOptions {
  /** What AWS made it for; it is in the same region. */
  readonly owner?: Entity | undefined;
  readonly until?: number;
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

/** pulumi-aws repeats a throttled call so many times (`maxRetries`). */
const maxRetries = 25;

/** An AWS account: what exists in it, what it refuses, and how long things take. */
export class World {
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

  /** Something AWS makes by itself, because of `owner`. It goes at `until`, in virtual seconds, or stays. */
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
      await this.#send(row, 'create', call, () => {
        if (fault && fault.partial !== true) throw new AwsError(fault.code, fault.message);
        this.#admit(entity);
        entity.createdAt = this.clock.now();
        entity.dueAt = entity.createdAt + latencySeconds(call.type, inputs).create;
        this.entities.put(entity);
      });
      await this.#untilSettled(entity, call);
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
      const kind = kindOf(row);
      const entity = await this.#send(row, 'update', call, () => {
        if (fault) throw new AwsError(fault.code, fault.message);
        const found = this.entities.get(row, id);
        if (!found || found.state === 'deleting')
          throw new AwsError(notFoundCode(row), `The ${row} '${id}' does not exist`);
        if (found.state === 'creating' || found.state === 'updating') {
          throw new AwsError('ResourceInUseException', `${row} ${id} has an operation in progress`, {
            retrySeconds: 3600,
          });
        }
        if (found.state === 'failed' && kind.failsForGood === true) {
          throw new AwsError(
            'InvalidRequestException',
            `${row} ${id} is not active and cannot be updated, only deleted: ${found.reason}. Replace it: pulumi up --replace URN`,
          );
        }
        rules[row]?.change?.(this, found, inputs);
        this.#mustExist(row, inputs);
        found.state = 'updating';
        found.dueAt = this.clock.now() + latencySeconds(call.type, inputs).update;
        return found;
      });
      await this.#untilSettled(entity, call);
      const request: Request = { ...call, row, inputs, account: this.account };
      const changed = !same(entity.inputs, inputs);
      const counted = (kind.changingOutputs ?? []).map((key): [string, unknown] => [
        key,
        Number(entity.outputs[key]) + (changed ? 1 : 0),
      ]);
      entity.inputs = inputs;
      entity.tags = tagsOf(request);
      entity.outputs = outputsOf(request, entity);
      learn(entity, { ...entity.facts, ...Object.fromEntries(counted) });
      return entity;
    });
  }

  /** Deletes and waits until it is gone. What does not exist is gone already. */
  async delete(call: Call, id: string): Promise<void> {
    await this.operation('delete', call, async (fault) => {
      const row = rowOf(call.type);
      const kind = kindOf(row);
      const entity = await this.#send(row, 'delete', call, () => {
        if (fault) throw new AwsError(fault.code, fault.message);
        const found = this.entities.get(row, id);
        if (!found || found.state === 'deleting') return found;
        if (found.state === 'creating' || found.state === 'updating') {
          throw new AwsError('ResourceInUseException', `${row} ${id} has an operation in progress`, {
            retrySeconds: 3600,
          });
        }
        const refusal = this.#refusal(found, kind.deleteRetrySeconds ?? 0);
        if (refusal) throw refusal;
        found.state = 'deleting';
        found.dueAt = this.clock.now() + latencySeconds(call.type, found.inputs).delete;
        rules[row]?.leaving?.(this, found);
        return found;
      });
      if (entity && !isPending(entity)) await this.#untilSettled(entity, call);
    });
  }

  /** What the provider reads: undefined when it does not exist. */
  read(call: Call, id: string): Entity | undefined {
    kindOf(rowOf(call.type));
    this.credentials.check();
    this.settle();
    const entity = this.entities.get(rowOf(call.type), id);
    return entity?.state === 'deleting' ? undefined : entity;
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

  /** Lets everything end that was due by now. */
  settle(): void {
    for (;;) {
      const due = this.entities
        .all()
        .filter((entity) => entity.dueAt <= this.clock.now() && isTransient(entity))
        .sort((a, b) => a.dueAt - b.dueAt)[0];
      if (!due) return;
      this.#end(due);
    }
  }

  #end(entity: Entity): void {
    const rule = rules[entity.row];
    switch (entity.state) {
      case 'creating': {
        const verdict = rule?.settle?.(this, entity) ?? { is: 'active' };
        if (verdict.is === 'waiting') entity.dueAt = this.clock.now() + verdict.seconds;
        else entity.state = verdict.is;
        if (verdict.is === 'failed') entity.reason = verdict.reason;
        if (verdict.is === 'active') rule?.arrived?.(this, entity);
        break;
      }
      case 'deleting':
        this.entities.partsOf(entity).forEach((part) => this.entities.remove(part));
        this.entities.remove(entity);
        rule?.gone?.(this, entity);
        this.#leaveInterfaces(entity);
        break;
      default:
        entity.state = 'active';
        entity.reason = '';
    }
  }

  /** Network interfaces of what is gone are let go a little later. */
  #leaveInterfaces(entity: Entity): void {
    const linger = kindOf(entity.row).interfacesLingerSeconds ?? 0;
    if (linger === 0) return;
    const paths = (names: string[]): string[] => names.flatMap((path) => textsAt(entity.inputs, path));
    this.spawn(
      'ec2/networkInterface',
      {
        subnetIds: paths(['subnetIds', 'subnets', 'vpcConfig.subnetIds']),
        securityGroupIds: paths(['securityGroupIds', 'securityGroups', 'vpcConfig.securityGroupIds']),
      },
      `interfaces of ${entity.row} ${entity.id}`,
      { owner: entity, until: this.clock.now() + linger },
    );
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

  #admit(entity: Entity): void {
    const kind = kindOf(entity.row);
    const others = this.entities.of(entity.row);
    const by = kind.unique?.by;
    const twin = others.find((other) =>
      by
        ? by.every((key) => same(other.inputs[key], entity.inputs[key])) && other.region === entity.region
        : other.id === entity.id,
    );
    if (twin && entity.row !== 'apigateway/account') {
      const deleting = twin.state === 'deleting';
      const message = `${entity.row} ${entity.name || entity.id} already exists${deleting ? ' and is being deleted' : ''}`;
      throw new AwsError(kind.unique?.code ?? 'ResourceAlreadyExistsException', message);
    }
    this.quotas.check(entity.row, others.length);
    this.#mustExist(entity.row, entity.inputs);
    rules[entity.row]?.admit?.(this, entity);
  }

  /** @throws AwsError when an input names what does not exist or is being deleted. */
  #mustExist(row: string, inputs: Props): void {
    for (const { at, to } of kindOf(row).references ?? []) {
      for (const value of textsAt(inputs, at)) {
        if (/^arn:aws[\w-]*:iam::aws:/.test(value)) continue;
        const target = this.entities.find(to, value);
        if (!target) throw new AwsError(notFoundCode(to), `The ${to} '${value}' does not exist`);
        if (target.state === 'deleting') throw new AwsError('IncorrectState', `The ${to} '${value}' is being deleted`);
      }
    }
  }

  #refusal(entity: Entity, retrySeconds: number): AwsError | undefined {
    const ruled = rules[entity.row]?.keep?.(this, entity);
    if (ruled)
      return new AwsError(ruled.code, ruled.message.replace(/^api error \S+: /, ''), {
        retrySeconds: Math.max(ruled.retrySeconds, retrySeconds),
      });
    const holder = this.entities.holder(entity);
    if (!holder) return undefined;
    const { entity: other, code } = holder;
    const message = `The ${entity.row} '${entity.id}' has dependencies and cannot be deleted: ${other.row} ${other.id} (${other.origin})`;
    return new AwsError(code, message, { retrySeconds });
  }

  /** Sends a request the way the provider does: again when AWS is busy, and again while a refusal may pass. */
  async #send<T>(row: string, op: Mutation, call: Call, request: () => T): Promise<T> {
    const started = this.clock.now();
    let throttled = 0;
    for (let pause = 1; ; pause = Math.min(pause * 2, 10)) {
      this.credentials.check();
      this.settle();
      if (this.throttle.take(row, op)) {
        try {
          return request();
        } catch (error) {
          const repeat = error instanceof AwsError && this.clock.now() - started < error.retrySeconds;
          if (!repeat) throw error;
        }
      } else {
        throttled += 1;
        if (throttled > maxRetries)
          throw new AwsError('ThrottlingException', `Rate exceeded (${String(maxRetries)} attempts)`);
      }
      await this.clock.sleep(pause, call.signal);
    }
  }

  /** Waits until it is neither being made, changed nor deleted. */
  async #untilSettled(entity: Entity, call: Call): Promise<void> {
    try {
      for (;;) {
        this.settle();
        const here = this.entities.get(entity.row, entity.id) === entity;
        if (!here || !isTransient(entity)) return;
        await this.clock.sleep(entity.dueAt - this.clock.now(), call.signal);
        // The provider asks AWS again and again while it waits.
        this.credentials.check();
      }
    } catch (error) {
      if (entity.state !== 'creating') throw error;
      const code = error instanceof AwsError ? error.code : 'RequestCanceled';
      throw new AwsError(code, `waiting for ${entity.row} ${entity.id}: ${messageOf(error)}`, { partial: entity });
    }
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

const isTransient = (entity: Entity): boolean =>
  entity.state === 'creating' || entity.state === 'updating' || entity.state === 'deleting';

/** A key that was deleted stays for its waiting period, a week at least. */
const isPending = (entity: Entity): boolean => entity.row === 'kms/key' && entity.state === 'deleting';
