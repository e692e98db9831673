import type { DriverRecord } from '../driver/protocol.js';
import { groupBy } from './group-by.js';
import { isAnswer, type VersionedRecord } from './outcome.js';

/** From when to when a version or a space was seen in answers. */
export interface Appearance {
  readonly name: string;
  readonly answers: number;
  /** When its first answer was received, in milliseconds since 1970. */
  readonly firstMs: number;
  /** When its last answer was received. */
  readonly lastMs: number;
}

/** Who appeared in the answers of one route, in the order of first appearance. */
export interface Appearances {
  readonly versions: readonly Appearance[];
  readonly spaces: readonly Appearance[];
}

/** First and last answer of each version and space to clients that insist on none, through the Service. */
export function serviceAppearances(records: readonly DriverRecord[]): Appearances {
  return appearancesIn(records.filter(isAnswer).filter(({ route }) => route === 'service'));
}

/** The same for each pod that was asked directly, by its name. */
export function podAppearances(records: readonly DriverRecord[]): Map<string, Appearances> {
  const byPod = groupBy(
    records.filter(isAnswer).filter(({ route }) => route === 'pod'),
    ({ who }) => who,
  );
  return new Map([...byPod].map(([pod, answers]) => [pod, appearancesIn(answers)]));
}

function appearancesIn(answers: readonly VersionedRecord[]): Appearances {
  return {
    versions: appearances(answers, ({ version }) => version),
    spaces: appearances(answers, ({ space }) => space),
  };
}

function appearances(
  answers: readonly VersionedRecord[],
  nameOf: (answer: VersionedRecord) => string | undefined,
): Appearance[] {
  const byName = groupBy(answers, nameOf);
  return [...byName]
    .flatMap(([name, named]): Appearance[] => {
      if (name === undefined) return [];
      const times = named.map(({ receivedMs }) => receivedMs).sort((a, b) => a - b);
      return [{ name, answers: times.length, firstMs: times.at(0) ?? NaN, lastMs: times.at(-1) ?? NaN }];
    })
    .sort((a, b) => a.firstMs - b.firstMs);
}
