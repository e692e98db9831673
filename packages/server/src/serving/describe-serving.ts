import { vectorLength, type Manifest } from '@face-comparison/bundle';
import type { ServedVersion, Serving } from '@face-comparison/contract';
import type { Registry } from './registry.js';
import { defaultVersion } from './routing.js';

/**
 * The answer of GET /serving: what a process serves.
 *
 * @param startedAt when the process began, in milliseconds since 1970; counts begin anew with it
 * @param now what its clock says, in milliseconds since 1970
 */
export function describeServing(registry: Registry, startedAt: number, now: number): Serving {
  const { plan, refused } = registry;
  const standard = plan === undefined ? null : defaultVersion(plan, now);
  return {
    startedAt: new Date(startedAt).toISOString(),
    now: new Date(now).toISOString(),
    generation: plan?.generation ?? 0,
    default: standard,
    versions: registry.versions.map((served) => ({
      version: served.version,
      state: served.state,
      ...(served.reason === undefined ? {} : { reason: served.reason }),
      ...(served.reasonCode === undefined ? {} : { reasonCode: served.reasonCode }),
      ...(served.progress.totalBytes === 0 ? {} : { progress: served.progress }),
      embeddingSpace: served.model?.space ?? null,
      ...(served.model === undefined ? {} : { model: describeModel(served.model.manifest) }),
      parity:
        served.version === standard
          ? served.selfParity
          : served.parity?.against === standard
            ? served.parity.cosine
            : null,
      measured: served.version === standard ? served.selfParity !== null : served.parity?.against === standard,
      comparable:
        standard !== null && (served.version === standard || registry.comparable(served.version, standard) === true),
      lanes: served.lanes?.size ?? 0,
      requests: served.statistics.requests,
      errors: served.statistics.errors,
      latency: {
        count: served.statistics.requests,
        sumMs: served.statistics.latencySumMs,
        p50Ms: served.statistics.percentileMs(0.5),
        p95Ms: served.statistics.percentileMs(0.95),
        p99Ms: served.statistics.percentileMs(0.99),
      },
    })),
    ...(plan?.canary === undefined ? {} : { canary: plan.canary }),
    ...(plan?.switch === undefined ? {} : { switch: plan.switch }),
    ...(refused === undefined ? {} : { rejected: refused }),
  };
}

function describeModel(manifest: Manifest): NonNullable<ServedVersion['model']> {
  const { name, files, comparableWith = [], resources } = manifest;
  return {
    name,
    sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
    vectorLength: vectorLength(manifest),
    comparableWith: comparableWith.map(({ space }) => space),
    ...(resources === undefined ? {} : { resources }),
  };
}
