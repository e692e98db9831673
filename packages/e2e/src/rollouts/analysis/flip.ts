import type { DriverRecord } from '../driver/protocol.js';
import { groupBy } from './group-by.js';
import { isUnpinnedAnswer, type VersionedRecord } from './outcome.js';

/** The answers between which the change of one pod lies. */
export interface PodFlip {
  readonly pod: string;
  /** The answer of the old version whose request was sent last; undefined when it gave none. */
  readonly lastOld: DriverRecord | undefined;
  /** The answer of the new version that was received first; undefined when it gave none. */
  readonly firstNew: DriverRecord | undefined;
}

/** How far apart in time pods changed. What is seen are answers, so it lies between two bounds. */
export interface Skew {
  /** 0 when all pods may have changed at one instant. */
  readonly atLeastMs: number;
  /** Falls with the rate at which pods are asked, and with the time that an answer takes. */
  readonly atMostMs: number;
}

/** A change of all pods from one version to another, as clients saw it. */
export interface Flip {
  readonly pods: readonly PodFlip[];
  /** Undefined when no pod was seen on both sides. */
  readonly skew: Skew | undefined;
  /**
   * The instants, in milliseconds since 1970, at which a change of everything at once would explain every answer: from
   * when the last request that the old version answered was sent, to when the first answer of the new one was received.
   * Empty (`fromMs > toMs`) when the versions were mixed.
   */
  readonly window: { readonly fromMs: number; readonly toMs: number };
  /** Answers that no change at one instant explains. */
  readonly wrong: readonly WrongAnswer[];
  /** Whether both versions were seen, and nothing was wrong. */
  readonly holds: boolean;
}

export interface WrongAnswer {
  readonly why: 'new before the flip' | 'old after the flip' | 'neither old nor new' | 'another space';
  readonly record: DriverRecord;
}

/**
 * Judges a change from one version to another by what clients saw who insist on none, through the Service and in pods.
 * A request is given its version at some time between it is sent and its answer is received. So there must be no answer
 * of the new version that was received before the flip, and none of the old version to a request that was sent after it.
 * Each version must answer in one embedding space, and no third version may answer.
 *
 * @param records of one change; of a change and its way back pass the parts (`between`)
 * @param flipMs the instant at which the change was to be, in milliseconds since 1970 by the driver's clock; without it,
 * the first answer of the new version is the flip
 */
export function flipOf(
  records: readonly DriverRecord[],
  fromVersion: string,
  toVersion: string,
  flipMs?: number,
): Flip {
  const answers = records.filter(isUnpinnedAnswer);
  const old = answers.filter(({ version }) => version === fromVersion);
  const fresh = answers.filter(({ version }) => version === toVersion);
  const window = { fromMs: lastSent(old)?.sentMs ?? -Infinity, toMs: firstReceived(fresh)?.receivedMs ?? Infinity };
  const instant = flipMs ?? window.toMs;
  const wrong: WrongAnswer[] = [
    ...fresh.filter(({ receivedMs }) => receivedMs < instant).map(because('new before the flip')),
    ...old.filter(({ sentMs }) => sentMs > instant).map(because('old after the flip')),
    ...answers
      .filter(({ version }) => version !== fromVersion && version !== toVersion)
      .map(because('neither old nor new')),
    ...[old, fresh].flatMap(inAnotherSpace).map(because('another space')),
  ];
  const pods = podFlips(answers, fromVersion, toVersion);
  return {
    pods,
    skew: skewOf(pods),
    window,
    wrong,
    holds: old.length > 0 && fresh.length > 0 && wrong.length === 0,
  };
}

function because(why: WrongAnswer['why']): (record: DriverRecord) => WrongAnswer {
  return (record) => ({ why, record });
}

function podFlips(answers: readonly VersionedRecord[], fromVersion: string, toVersion: string): PodFlip[] {
  const byPod = groupBy(
    answers.filter(({ route }) => route === 'pod'),
    ({ who }) => who,
  );
  return [...byPod].map(([pod, own]) => ({
    pod,
    lastOld: lastSent(own.filter(({ version }) => version === fromVersion)),
    firstNew: firstReceived(own.filter(({ version }) => version === toVersion)),
  }));
}

function skewOf(pods: readonly PodFlip[]): Skew | undefined {
  const changed = pods.flatMap(({ lastOld, firstNew }) =>
    lastOld === undefined || firstNew === undefined
      ? []
      : [{ earliestMs: lastOld.sentMs, latestMs: firstNew.receivedMs }],
  );
  if (changed.length === 0) return undefined;
  const earliest = changed.map(({ earliestMs }) => earliestMs);
  const latest = changed.map(({ latestMs }) => latestMs);
  return {
    atLeastMs: Math.max(0, Math.max(...earliest) - Math.min(...latest)),
    atMostMs: Math.max(0, Math.max(...latest) - Math.min(...earliest)),
  };
}

/** The answers that are not in the space of the first one. */
function inAnotherSpace(answers: readonly DriverRecord[]): DriverRecord[] {
  const space = answers[0]?.space;
  return answers.filter((answer) => answer.space !== space);
}

function lastSent(answers: readonly VersionedRecord[]): VersionedRecord | undefined {
  return answers.reduce<VersionedRecord | undefined>(
    (last, answer) => (last !== undefined && last.sentMs >= answer.sentMs ? last : answer),
    undefined,
  );
}

function firstReceived(answers: readonly VersionedRecord[]): VersionedRecord | undefined {
  return answers.reduce<VersionedRecord | undefined>(
    (first, answer) => (first !== undefined && first.receivedMs <= answer.receivedMs ? first : answer),
    undefined,
  );
}
