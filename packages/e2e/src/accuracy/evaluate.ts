import type { CalibrationSpec } from '@face-comparison/bundle';
import { cosineOf } from '../service/manifest.js';
import { compareAcrossPersons, dot, type CrossPersonPairs } from '../statistics/cross-pairs.js';
import { bootstrapTarByPerson } from '../statistics/person-bootstrap.js';
import { seededRandom } from '../statistics/random.js';
import { wilsonInterval, type Interval } from '../statistics/summary.js';
import {
  countAccepted,
  kFoldAccuracy,
  thresholdAtFar,
  type Impostors,
  type KFoldResult,
  type ScoredPair,
} from '../statistics/verification.js';
import { distinctPictures, personOf, type PicturePair } from './lfw-pairs.js';
import type { PictureVector } from './vector-cache.js';

export const FALSE_ACCEPT_RATES = [1e-2, 1e-3, 1e-4] as const;
const SIMILARITIES = [50, 80, 90, 95, 99] as const;

/** Pairs of strangers kept one by one: ten times what the highest rate needs, so that the bootstrap does not run out. */
const KEEP_SHARE = 0.1;

/** Enough to look at by eye. */
const HARDEST_PAIRS = 20;

/** A pair of which one picture has no face is judged to be of two people. */
const NO_FACE_COSINE = -1;

/** The share of genuine pairs accepted where a share `far` of strangers is. */
export interface OperatingPoint {
  readonly far: number;
  readonly cosine: number;
  readonly tar: number;
  readonly interval: Interval;
}

/** What a similarity threshold means on this data. */
export interface CalibrationRow {
  readonly similarity: number;
  readonly cosine: number;
  readonly falseAcceptRate: number;
  readonly falseAcceptInterval: Interval;
  readonly trueAcceptRate: number;
}

/** A listed pair with its cosine. */
export interface HardPair {
  readonly a: string;
  readonly b: string;
  readonly cosine: number;
}

export interface Evaluation {
  readonly pictures: number;
  readonly people: number;
  readonly picturesWithoutFace: readonly string[];
  readonly picturesWithSeveralFaces: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly kFold: KFoldResult;
  /** Strangers are the listed pairs. A rate that allows not one of them is left out. Wilson intervals. */
  readonly listed: readonly OperatingPoint[];
  /** Strangers are all pictures of different people. Intervals by drawing people. */
  readonly crossPerson: readonly OperatingPoint[];
  readonly calibration: readonly CalibrationRow[];
  /** The listed pairs that are farthest on the wrong side, worst first: where to look when a figure is low. */
  readonly hardest: { readonly genuine: readonly HardPair[]; readonly impostor: readonly HardPair[] };
  /** For plots. */
  readonly genuineCosines: readonly number[];
  readonly listedImpostors: Impostors;
  readonly crossPersonPairs: CrossPersonPairs;
}

/** Computes every figure of the accuracy report from the vectors of the pictures. */
export function evaluate(
  folds: readonly (readonly PicturePair[])[],
  vectors: ReadonlyMap<string, PictureVector>,
  calibration: CalibrationSpec,
  onProgress?: (picturesDone: number) => void,
): Evaluation {
  const pictures = distinctPictures(folds);
  const people = [...new Set(pictures.map(personOf))];
  const personNumber = new Map(people.map((person, i) => [person, i]));
  const numberOf = (picture: string): number => personNumber.get(personOf(picture)) ?? -1;

  const scoredFolds = folds.map((fold) => fold.map((pair) => score(pair, vectors)));
  const scored = scoredFolds.flat();
  const genuine = folds
    .flat()
    .flatMap((pair, i) =>
      pair.samePerson ? [{ person: numberOf(pair.a), cosine: scored[i]?.cosine ?? NO_FACE_COSINE }] : [],
    );
  const genuineCosines = genuine.map((pair) => pair.cosine);
  const impostorCosines = scored.filter((pair) => !pair.samePerson).map((pair) => pair.cosine);
  const listedImpostors = { top: impostorCosines.sort((a, b) => b - a), count: impostorCosines.length };

  const hardest = (samePerson: boolean): HardPair[] =>
    folds
      .flat()
      .map(({ a, b, ...pair }, i) => ({ a, b, cosine: scored[i]?.cosine ?? NO_FACE_COSINE, ...pair }))
      .filter((pair) => pair.samePerson === samePerson)
      .sort((one, other) => (samePerson ? one.cosine - other.cosine : other.cosine - one.cosine))
      .slice(0, HARDEST_PAIRS)
      .map(({ a, b, cosine }) => ({ a, b, cosine }));

  const withVector = pictures.flatMap((picture) => {
    const vector = vectors.get(picture)?.vector;
    return vector === undefined ? [] : [{ person: numberOf(picture), vector }];
  });
  const crossPersonPairs = compareAcrossPersons(withVector, KEEP_SHARE, onProgress);
  const picturesOf = people.map(() => 0);
  for (const { person } of withVector) picturesOf[person] = (picturesOf[person] ?? 0) + 1;

  return {
    pictures: pictures.length,
    people: people.length,
    picturesWithoutFace: pictures.filter((picture) => vectors.get(picture)?.vector === undefined),
    picturesWithSeveralFaces: pictures.filter((picture) => (vectors.get(picture)?.faces ?? 0) > 1).length,
    genuinePairs: genuine.length,
    impostorPairs: listedImpostors.count,
    kFold: kFoldAccuracy(scoredFolds),
    listed: operatingPoints(genuineCosines, listedImpostors, (accepted) =>
      wilsonInterval(accepted, genuineCosines.length),
    ),
    crossPerson: operatingPoints(genuineCosines, crossPersonPairs, (_, far) =>
      bootstrapTarByPerson(genuine, crossPersonPairs, picturesOf, far, seededRandom(1)),
    ),
    calibration: SIMILARITIES.map((similarity) => {
      const cosine = cosineOf(similarity, calibration);
      const accepted = countAccepted(crossPersonPairs.top, cosine);
      return {
        similarity,
        cosine,
        falseAcceptRate: accepted / crossPersonPairs.count,
        falseAcceptInterval: wilsonInterval(accepted, crossPersonPairs.count),
        trueAcceptRate: countAccepted(genuineCosines, cosine) / genuineCosines.length,
      };
    }),
    hardest: { genuine: hardest(true), impostor: hardest(false) },
    genuineCosines,
    listedImpostors,
    crossPersonPairs,
  };
}

function score(pair: PicturePair, vectors: ReadonlyMap<string, PictureVector>): ScoredPair {
  const a = vectors.get(pair.a)?.vector;
  const b = vectors.get(pair.b)?.vector;
  return { samePerson: pair.samePerson, cosine: a && b ? dot(a, b) : NO_FACE_COSINE };
}

function operatingPoints(
  genuineCosines: readonly number[],
  impostors: Impostors,
  intervalOf: (accepted: number, far: number) => Interval,
): OperatingPoint[] {
  return FALSE_ACCEPT_RATES.flatMap((far) => {
    const cosine = thresholdAtFar(impostors, far);
    if (cosine === undefined) return [];
    const accepted = countAccepted(genuineCosines, cosine);
    return [{ far, cosine, tar: accepted / genuineCosines.length, interval: intervalOf(accepted, far) }];
  });
}
