import type { ServedVersion, ServingPlan } from '@face-comparison/contract';

import { follows, hasReady, inService, isAnswering, lasting, namesOf, reportOf, type Pod } from './pod.js';

/** What pods say of a version that they are to load, for one question: may it go on? */
export interface Gate {
  /**
   * The pods that are asked: those in service, or where nobody is, all that answer. A pod that only starts holds nobody up;
   * it loads what the plan says before it gets ready.
   */
  readonly asked: readonly Pod[];
  /** No pod is in service: there is nobody whose answers could be mixed, and nobody to wait for. */
  readonly nobodyServes: boolean;
  /** The version cannot be loaded there, and trying again would not help. */
  readonly hopeless: { readonly pod: Pod; readonly reason: string } | undefined;
  /** The pod does not follow the plan because it refused it. */
  readonly refused: { readonly pod: Pod; readonly reason: string } | undefined;
  /** Pods that have the version loaded and warm. */
  readonly ready: readonly Pod[];
  /** What is waited for, in words; undefined when every pod follows the plan and has the version ready. */
  readonly waitingFor: string | undefined;
  /** How far loading has come, in percent of all that is asked of the pods; only what was downloaded counts before that. */
  readonly percent: number;
}

/** Failures that are the same at each try: the bytes are wrong, not the line to them. */
const HOPELESS: ReadonlySet<string> = new Set([
  'unsupported_scheme',
  'manifest_invalid',
  'manifest_digest_mismatch',
  'file_missing',
  'file_digest_mismatch',
  'file_too_large',
  'model_unusable',
  'version_mismatch',
  'golden_mismatch',
]);

/** Looks at what pods say of a version. */
export function gateOf(pods: readonly Pod[], plan: ServingPlan | undefined, version: string): Gate {
  const serving = inService(pods);
  const nobodyServes = serving.length === 0;
  const asked = nobodyServes ? lasting(pods).filter(isAnswering) : serving;
  const isPlanned = plan?.models.some((entry) => entry.version === version) === true;
  const following = isPlanned ? asked.filter((pod) => follows(pod, plan.generation)) : [];
  const ready = following.filter((pod) => hasReady(pod, version));
  return {
    asked,
    nobodyServes,
    hopeless: firstOf(following, (pod) => hopelessReason(reportOf(pod, version))),
    refused: firstOf(asked, ({ serving: said }) =>
      isPlanned && said?.rejected?.generation === plan.generation ? said.rejected.reason : undefined,
    ),
    ready,
    waitingFor: waitingFor(asked, following, ready, version),
    percent: percentOf(asked, following, version),
  };
}

/** Pods that have not heard of the plan yet, or do not answer. */
export function unaware(pods: readonly Pod[], generation: number): readonly Pod[] {
  return pods.filter((pod) => !follows(pod, generation));
}

function hopelessReason(report: ServedVersion | undefined): string | undefined {
  if (report?.state !== 'failed' || !HOPELESS.has(report.reasonCode ?? '')) return undefined;
  return report.reason ?? 'it gave no reason';
}

function waitingFor(
  asked: readonly Pod[],
  following: readonly Pod[],
  ready: readonly Pod[],
  version: string,
): string | undefined {
  if (asked.length === 0) return 'no pod answers yet';
  const silent = asked.filter((pod) => !isAnswering(pod));
  if (silent.length > 0) return `${namesOf(silent)} cannot be asked: ${silent[0]?.unanswered ?? 'no answer'}`;
  const deaf = asked.filter((pod) => !following.includes(pod));
  if (deaf.length > 0) return `${namesOf(deaf)} ${deaf.length === 1 ? 'has' : 'have'} not read the plan yet`;
  const missing = following.filter((pod) => !ready.includes(pod));
  const [first] = missing;
  if (first === undefined) return undefined;
  return `${namesOf(missing)} ${missing.length === 1 ? 'has' : 'have'} it not ready (${describe(reportOf(first, version))})`;
}

function describe(report: ServedVersion | undefined): string {
  if (report === undefined) return 'not begun';
  switch (report.state) {
    case 'failed':
      return `failed: ${report.reason ?? 'no reason given'}`;
    case 'downloading':
      // In steps of ten: what is said is written to the API server each time that it changes.
      return report.progress === undefined
        ? 'downloading'
        : `downloading, ${Math.floor(downloaded(report) / 10) * 10} %`;
    default:
      return report.state;
  }
}

function downloaded({ progress }: ServedVersion): number {
  return progress === undefined || progress.totalBytes === 0
    ? 0
    : Math.floor((100 * progress.doneBytes) / progress.totalBytes);
}

/** In steps of five, so that a download is not a write to the API server each time somebody looks. */
function percentOf(asked: readonly Pod[], following: readonly Pod[], version: string): number {
  if (asked.length === 0) return 0;
  const done = following.reduce((sum, pod) => {
    const report = reportOf(pod, version);
    if (report === undefined) return sum + 5;
    return sum + (report.state === 'ready' ? 100 : 5 + Math.floor(downloaded(report) * 0.9));
  }, 0);
  return Math.floor(done / asked.length / 5) * 5;
}

function firstOf(
  pods: readonly Pod[],
  reasonOf: (pod: Pod) => string | undefined,
): { pod: Pod; reason: string } | undefined {
  for (const pod of pods) {
    const reason = reasonOf(pod);
    if (reason !== undefined) return { pod, reason };
  }
  return undefined;
}
