import { isObject, objectAt, objectsAt, stringAt, stringsAt, type JsonObject } from '../pulumi/json.js';
import { ApiError, type ApiClient } from './api-client.js';
import { until, type Patience } from './deadline.js';
import { applyIgnoringChanges } from './ignore-changes.js';
import { Kinds, type ObjectReference } from './kinds.js';
import { annotationOf, referenceOf } from './object-inputs.js';
import { describeConditions, parseWaitFor } from './wait-for.js';

/** An object was made or changed, and then did not become what was waited for. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly live: JsonObject;

  constructor(live: JsonObject, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.live = live;
  }
}

/** A CRD that came a moment ago is served a moment later. */
const KIND_TIMEOUT_MS = 300_000;

/** Kinds that pulumi-kubernetes waits for by rules of their own, which are not written here. */
const AWAITED_ELSEWHERE = ['DaemonSet', 'Deployment', 'Ingress', 'Job', 'PersistentVolumeClaim', 'Pod', 'StatefulSet'];

/** Objects of any kind in one cluster, by server-side apply. */
export class Objects {
  readonly #client: ApiClient;
  readonly #kinds: Kinds;

  constructor(client: ApiClient) {
    this.#client = client;
    this.#kinds = new Kinds(client);
  }

  /** The object in the cluster; undefined if there is none. */
  async find(reference: ObjectReference): Promise<JsonObject | undefined> {
    const path = await this.#kinds.pathOf(reference);
    return path === undefined ? undefined : this.#client.find(path);
  }

  /**
   * Makes or changes an object, and waits until it is what its annotations and its kind ask for.
   *
   * @param ignored the paths of `ignoreChanges`
   * @throws ApiError when the server refuses; NotReadyError when the wait fails
   */
  async apply(
    inputs: JsonObject,
    fieldManager: string,
    ignored: readonly string[],
    patience: Patience,
  ): Promise<JsonObject> {
    assertAwaitable(inputs);
    const reference = referenceOf(inputs);
    const path = await until(
      { ...patience, timeoutMs: KIND_TIMEOUT_MS },
      () => this.#kinds.pathOf(reference),
      () => `the API server knows no ${reference.kind} of ${reference.apiVersion}`,
    );
    const live = ignored.length > 0 ? await this.#client.find(path) : undefined;
    const body = live === undefined ? inputs : applyIgnoringChanges(inputs, live, ignored, fieldManager);
    const force = annotationOf(inputs, 'pulumi.com/patchForce') === 'true';
    const applied = await this.#client.call({
      method: 'PATCH',
      path: `${path}?fieldManager=${encodeURIComponent(fieldManager)}&force=${force}`,
      contentType: 'application/apply-patch+yaml',
      body,
    });
    if (annotationOf(inputs, 'pulumi.com/skipAwait') === 'true') return applied;
    return this.#awaitReady(path, inputs, applied, patience);
  }

  /** Deletes an object with all that it owns, and waits until it is gone. */
  async delete(reference: ObjectReference, patience: Patience): Promise<void> {
    const path = await this.#kinds.pathOf(reference);
    const live = path === undefined ? undefined : await this.#client.find(path);
    if (path === undefined || live === undefined) return;
    try {
      await this.#client.call({ method: 'DELETE', path, body: { propagationPolicy: 'Foreground' } });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
    const uid = uidOf(live);
    let last = live;
    await until(
      patience,
      async () => {
        const found = await this.#client.find(path);
        if (found === undefined || uidOf(found) !== uid) return true;
        last = found;
        return undefined;
      },
      () => `${reference.kind} ${reference.name} is still there; ${describeDeletion(last)}`,
    );
  }

  async #awaitReady(path: string, inputs: JsonObject, applied: JsonObject, patience: Patience): Promise<JsonObject> {
    const annotation = annotationOf(inputs, 'pulumi.com/waitFor');
    let last = applied;
    try {
      if (annotation !== '') {
        const expectations = parseWaitFor(annotation);
        return await until(
          patience,
          async () => {
            last = (await this.#client.find(path)) ?? last;
            return expectations.every((expectation) => expectation.holds(last)) ? last : undefined;
          },
          () => `expected ${expectations.map(({ what }) => what).join(' and ')}; ${describeConditions(last)}`,
        );
      }
      if (stringAt(inputs, 'kind') === 'Service') await this.#awaitEndpoints(applied, patience);
      return applied;
    } catch (error) {
      throw new NotReadyError(last, error);
    }
  }

  /** pulumi-kubernetes takes a Service for made once a pod stands behind it. */
  async #awaitEndpoints(service: JsonObject, patience: Patience): Promise<void> {
    const spec = objectAt(service, 'spec') ?? {};
    if (!isObject(spec['selector']) || stringAt(spec, 'type') === 'ExternalName') return;
    const { namespace, name } = referenceOf(service);
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace ?? 'default'}/endpointslices`;
    await until(
      patience,
      async () => {
        const list = await this.#client.call({
          method: 'GET',
          path: `${path}?labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${name}`)}`,
        });
        const endpoints = objectsAt(list, 'items').flatMap((slice) => objectsAt(slice, 'endpoints'));
        return endpoints.some((endpoint) => objectAt(endpoint, 'conditions')?.['ready'] !== false) || undefined;
      },
      () => `Service ${name} leads to no ready pod`,
    );
  }
}

/** @throws Error for a kind that the real plugin waits for, and this one would not */
function assertAwaitable(inputs: JsonObject): void {
  const kind = stringAt(inputs, 'kind');
  const said =
    annotationOf(inputs, 'pulumi.com/skipAwait') === 'true' || annotationOf(inputs, 'pulumi.com/waitFor') !== '';
  if (AWAITED_ELSEWHERE.includes(kind) && !said) {
    throw new Error(
      `this provider does not know when a ${kind} is ready; annotate it with pulumi.com/waitFor or skipAwait`,
    );
  }
}

function uidOf(object: JsonObject): string {
  return stringAt(objectAt(object, 'metadata') ?? {}, 'uid');
}

function describeDeletion(object: JsonObject): string {
  const finalizers = stringsAt(objectAt(object, 'metadata') ?? {}, 'finalizers');
  return `finalizers ${finalizers.join(', ') || 'none'}; ${describeConditions(object)}`;
}
