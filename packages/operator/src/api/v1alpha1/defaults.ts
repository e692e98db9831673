import { DEFAULTS } from './defaults-table.js';
import { parseDuration } from './duration.js';
import type { Affinity, EnvVar, FaceComparisonSpec, Toleration } from './face-comparison-spec.js';

type StringMap = Readonly<Record<string, string>>;
type Quantities = Readonly<Record<string, number | string>>;

/** A spec in which nothing is left open, durations in milliseconds. */
export interface ResolvedSpec {
  readonly model: string;
  /** Undefined where autoscaling chooses. */
  readonly replicas: number | undefined;
  readonly autoscaling:
    { readonly minReplicas: number; readonly maxReplicas: number; readonly targetCPU: number } | undefined;
  /** Undefined: that of the operator at creation. */
  readonly image: string | undefined;
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly lanes: number;
  readonly accelerator: {
    readonly type: 'none' | 'nvidia';
    readonly count: number;
    readonly nodeSelector: StringMap;
  };
  readonly resources: { readonly requests: Quantities; readonly limits: Quantities };
  readonly auth: { readonly mode: 'None' } | { readonly mode: 'ApiKey'; readonly keysSecret: string };
  readonly images: {
    readonly urls: boolean;
    readonly allowHosts: readonly string[];
    readonly s3Buckets: readonly string[];
    /** Undefined: the server decides. */
    readonly maxBytes: number | undefined;
  };
  readonly s3: { readonly endpoint: string | undefined; readonly region: string | undefined };
  readonly serviceAccount: { readonly annotations: StringMap };
  readonly pod: {
    readonly nodeSelector: StringMap;
    readonly tolerations: readonly Toleration[];
    readonly affinity: Affinity | undefined;
    readonly priorityClassName: string | undefined;
    readonly env: readonly EnvVar[];
    readonly annotations: StringMap;
    readonly labels: StringMap;
    readonly terminationGracePeriodSeconds: number;
  };
  readonly service: { readonly annotations: StringMap; readonly port: number };
  readonly pages: boolean;
  readonly cache: { readonly sizeLimit: number | string };
  readonly rollout: ResolvedRollout;
}

export interface ResolvedStep {
  /** Percent of the clients. */
  readonly weight: number;
  readonly holdMs: number;
}

export interface ResolvedRollout {
  readonly steps: readonly ResolvedStep[];
  readonly checks: ResolvedChecks;
  readonly promotion: 'Automatic' | 'Manual';
  readonly approved: string | undefined;
  readonly retainMs: number;
  readonly deadlineMs: number;
  readonly switchLeadMs: number;
}

export interface ResolvedChecks {
  readonly minParity: number;
  readonly maxErrorRate: number;
  readonly maxLatencyRatio: number;
  readonly minRequests: number;
  readonly afterSwitchMs: number;
}

/**
 * The spec with every default filled in. It must hold: `specMistakes` finds nothing.
 *
 * @throws RangeError for a spec that does not
 */
export function withDefaults(spec: FaceComparisonSpec): ResolvedSpec {
  const { autoscaling, accelerator, auth, images, pod, service } = spec;
  return {
    model: spec.model,
    replicas: autoscaling === undefined ? (spec.replicas ?? DEFAULTS.replicas) : undefined,
    autoscaling: autoscaling && {
      minReplicas: autoscaling.minReplicas,
      maxReplicas: autoscaling.maxReplicas,
      targetCPU: autoscaling.targetCPU ?? DEFAULTS.targetCPU,
    },
    image: spec.image,
    imagePullSecrets: spec.imagePullSecrets ?? [],
    lanes: spec.lanes ?? DEFAULTS.lanes,
    accelerator: {
      type: accelerator?.type ?? DEFAULTS.acceleratorType,
      count: accelerator?.count ?? DEFAULTS.acceleratorCount,
      nodeSelector: accelerator?.nodeSelector ?? {},
    },
    resources: { requests: spec.resources?.requests ?? {}, limits: spec.resources?.limits ?? {} },
    auth: resolvedAuth(auth ?? {}),
    images: {
      urls: images?.urls ?? DEFAULTS.urls,
      allowHosts: images?.allowHosts ?? [],
      s3Buckets: images?.s3Buckets ?? [],
      maxBytes: images?.maxBytes,
    },
    s3: { endpoint: spec.s3?.endpoint, region: spec.s3?.region },
    serviceAccount: { annotations: spec.serviceAccount?.annotations ?? {} },
    pod: {
      nodeSelector: pod?.nodeSelector ?? {},
      tolerations: pod?.tolerations ?? [],
      affinity: pod?.affinity,
      priorityClassName: pod?.priorityClassName,
      env: pod?.env ?? [],
      annotations: pod?.annotations ?? {},
      labels: pod?.labels ?? {},
      terminationGracePeriodSeconds: pod?.terminationGracePeriodSeconds ?? DEFAULTS.terminationGracePeriodSeconds,
    },
    service: { annotations: service?.annotations ?? {}, port: service?.port ?? DEFAULTS.servicePort },
    pages: spec.pages ?? DEFAULTS.pages,
    cache: { sizeLimit: spec.cache?.sizeLimit ?? DEFAULTS.cacheSizeLimit },
    rollout: resolvedRollout(spec.rollout ?? {}),
  };
}

/** What is half said never opens the door: keys that are named are asked for, and ApiKey without them is refused. */
function resolvedAuth({ mode, keysSecret }: NonNullable<FaceComparisonSpec['auth']>): ResolvedSpec['auth'] {
  if (keysSecret !== undefined) return { mode: 'ApiKey', keysSecret };
  if (mode === 'ApiKey') throw new RangeError('spec.auth.mode is ApiKey; expected spec.auth.keysSecret beside it');
  return { mode: 'None' };
}

function resolvedRollout(rollout: NonNullable<FaceComparisonSpec['rollout']>): ResolvedRollout {
  const { steps = DEFAULTS.steps, checks = {} } = rollout;
  return {
    steps: steps.map(({ weight, hold }) => ({ weight, holdMs: parseDuration(hold) })),
    checks: {
      minParity: checks.minParity ?? DEFAULTS.minParity,
      maxErrorRate: checks.maxErrorRate ?? DEFAULTS.maxErrorRate,
      maxLatencyRatio: checks.maxLatencyRatio ?? DEFAULTS.maxLatencyRatio,
      minRequests: checks.minRequests ?? DEFAULTS.minRequests,
      afterSwitchMs: parseDuration(checks.afterSwitch ?? DEFAULTS.afterSwitch),
    },
    promotion: rollout.promotion ?? DEFAULTS.promotion,
    approved: rollout.approved,
    retainMs: parseDuration(rollout.retain ?? DEFAULTS.retain),
    deadlineMs: parseDuration(rollout.deadline ?? DEFAULTS.deadline),
    switchLeadMs: parseDuration(rollout.switchLead ?? DEFAULTS.switchLead),
  };
}
