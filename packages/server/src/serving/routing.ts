import { createHash } from 'node:crypto';
import type { ServingPlan } from '@face-comparison/contract';

/** What routing must know of the versions loaded here. */
export interface VersionView {
  readonly version: string;
  readonly space: string;
  readonly ready: boolean;
  /** Whether it is on its way to be ready; false once it has failed. */
  readonly loading: boolean;
}

export interface RoutingInput {
  readonly plan: ServingPlan;
  readonly versions: ReadonlyMap<string, VersionView>;
  /** Whether vectors of the two versions may be compared, as far as it has been shown here. */
  readonly comparable: (a: string, b: string) => boolean;
  /** The version that the request insists on. */
  readonly pin: string | undefined;
  /** What names the client: its key, else its address. One client always sees one version. */
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type Route =
  | { readonly kind: 'version'; readonly version: string }
  /** The pinned version is not part of the plan, or could not be loaded. */
  | { readonly kind: 'unavailable'; readonly loaded: readonly string[] }
  /** The version that must answer is not ready yet. */
  | { readonly kind: 'not-ready'; readonly version: string };

/** The version that answers requests without a pin: the plan's default, or from the instant of the switch on, its target. */
export function defaultVersion(plan: ServingPlan, now: number): string {
  return plan.switch !== undefined && now >= Date.parse(plan.switch.at) ? plan.switch.to : plan.default;
}

/**
 * Chooses the version that answers a request. Pure, so that all replicas that have the same plan flip at the same instant.
 *
 * A version that is due but not ready is not replaced by another: a client would get vectors of a space it does not
 * expect. For the same reason the canary only gets requests once its vectors have been shown to be comparable.
 */
export function route({ plan, versions, comparable, pin, client, now }: RoutingInput): Route {
  const isReady = (version: string): boolean => versions.get(version)?.ready === true;
  if (pin !== undefined) {
    if (isReady(pin)) return { kind: 'version', version: pin };
    if (versions.get(pin)?.loading === true) return { kind: 'not-ready', version: pin };
    return {
      kind: 'unavailable',
      loaded: [...versions.values()].filter(({ ready }) => ready).map(({ version }) => version),
    };
  }
  const standard = defaultVersion(plan, now);
  const canary = plan.canary;
  if (
    canary !== undefined &&
    canary.version !== standard &&
    isReady(canary.version) &&
    comparable(canary.version, standard) &&
    bucketOf(client) < canary.weight
  ) {
    return { kind: 'version', version: canary.version };
  }
  return isReady(standard) ? { kind: 'version', version: standard } : { kind: 'not-ready', version: standard };
}

/** A number from 0 to 100 (exclusive) that a client keeps, evenly spread over clients. */
export function bucketOf(client: string): number {
  return (createHash('sha256').update(client).digest().readUInt32LE(0) / 2 ** 32) * 100;
}
