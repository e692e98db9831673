import { similarity, type Analysis } from '@face-comparison/client';
import { adviceFor, type Advice } from '../meaning/advice.js';
import { pairFaces, type Choice, type Pairing } from '../meaning/pairing.js';
import { explainSimilarity, type OperatingPoint, type SimilarityMeaning } from '../meaning/similarity-meaning.js';
import type { ServedModel } from '../service/face-service.js';

/** What comes of two photos in which the service has looked for faces. */
export type Outcome =
  | {
      readonly kind: 'paired';
      readonly pairing: Pairing;
      readonly meaning: SimilarityMeaning;
      readonly threshold: number;
      readonly points: readonly OperatingPoint[];
    }
  | { readonly kind: 'no-face' }
  /** The version that answered is not known yet, so neither is what its similarities mean. */
  | { readonly kind: 'unknown-version'; readonly version: string }
  | { readonly kind: 'not-comparable'; readonly advice: Advice };

/** Pairs the faces of two photos, with the similarity that the answering version is calibrated to. */
export function outcomeOf(source: Analysis, target: Analysis, model: ServedModel, choice: Choice): Outcome {
  if (source.faces.length === 0 || target.faces.length === 0) return { kind: 'no-face' };
  const version = model.versions.find(({ parameters }) => parameters.version === source.modelVersion)?.parameters;
  if (version === undefined) return { kind: 'unknown-version', version: source.modelVersion };
  const { calibration, comparableWith, defaultThreshold } = version;
  try {
    const pairing = pairFaces(
      source.faces.length,
      target.faces.length,
      (sourceIndex, targetIndex) => {
        const [a, b] = [source.faces[sourceIndex], target.faces[targetIndex]];
        return a === undefined || b === undefined
          ? 0
          : similarity(a, b, calibration, { comparableSpaces: comparableWith });
      },
      choice,
    );
    if (pairing === undefined) return { kind: 'no-face' };
    const meaning = explainSimilarity(pairing.similarity, calibration, defaultThreshold, pairing.pairCount);
    const points = calibration.operatingPoints;
    return { kind: 'paired', pairing, meaning, threshold: defaultThreshold, points };
  } catch (error) {
    return { kind: 'not-comparable', advice: adviceFor(error, 'The comparison') };
  }
}
