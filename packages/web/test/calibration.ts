import type { Calibration } from '@face-comparison/client';

/** Like that of the default model. */
export const calibration: Calibration = {
  kind: 'logistic',
  slope: 30.53,
  midpoint: 0.3989,
  measuredOn: 'many pairs',
  operatingPoints: [
    { far: 0.01, tar: 0.996, cosine: 0.3762, similarity: 33.3 },
    { far: 0.001, tar: 0.986, cosine: 0.4443, similarity: 80 },
    { far: 0.0001, tar: 0.978, cosine: 0.5004, similarity: 95.7 },
    { far: 0.00001, tar: 0.9473, cosine: 0.5494, similarity: 99 },
  ],
};
