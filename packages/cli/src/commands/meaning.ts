import type { Calibration } from '@face-comparison/client';

/** What a similarity means, by the operating points that were measured for the model. */
export function meaningOf(similarity: number, { operatingPoints }: Calibration): string {
  const points = [...operatingPoints].sort((a, b) => a.similarity - b.similarity);
  const reached = points.filter((point) => point.similarity <= similarity).at(-1);
  const [lowest] = points;
  if (reached !== undefined)
    return `${reached.similarity} or more is reached by 1 in ${oneIn(reached.far)} pairs of strangers, and by ${percent(reached.tar)} of pairs of one person.`;
  if (lowest === undefined) return 'What that means was not measured for this model.';
  return `More than 1 in ${oneIn(lowest.far)} pairs of strangers are as similar as this.`;
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}

function oneIn(rate: number): string {
  return Math.round(1 / rate).toLocaleString('en');
}
