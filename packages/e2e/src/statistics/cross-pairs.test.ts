import { compareAcrossPersons, dot } from './cross-pairs.js';
import { bootstrapTarByPerson } from './person-bootstrap.js';
import { seededRandom } from './random.js';

function unitVectors(count: number, people: number, seed: number): { person: number; vector: Float32Array }[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const raw = Array.from({ length: 8 }, () => random() - 0.5);
    const length = Math.hypot(...raw);
    return { person: i % people, vector: Float32Array.from(raw, (value) => value / length) };
  });
}

it.each([0, 1, 3, 4, 7, 8])('sums the products of %p numbers', (length) => {
  const a = Float32Array.from({ length }, (_, i) => i + 1);
  const b = Float32Array.from({ length }, (_, i) => 10 ** i);
  expect(dot(a, b)).toBe(a.reduce((sum, value, i) => sum + value * 10 ** i, 0));
});

describe('compareAcrossPersons', () => {
  const pictures = unitVectors(120, 50, 3);
  const everyPair = pictures
    .flatMap((a, i) =>
      pictures
        .slice(i + 1)
        .filter((b) => b.person !== a.person)
        .map((b) => dot(a.vector, b.vector)),
    )
    .sort((a, b) => b - a);

  it('counts every pair of different people once', () => {
    const result = compareAcrossPersons(pictures, 1);
    expect(result.count).toBe(everyPair.length);
    expect(result.histogram.reduce((sum, value) => sum + value, 0)).toBe(everyPair.length);
  });

  it('keeps exactly the most similar pairs, also after its memory was full', () => {
    const { top, count } = compareAcrossPersons(pictures, 0.15);
    expect(top.length).toBeLessThan(count / 4);
    expect([...top]).toEqual(everyPair.slice(0, top.length).map(Math.fround));
  });

  it('knows whose pictures the pairs are', () => {
    const { top, personA, personB } = compareAcrossPersons(pictures, 0.15);
    const wanted = top[0] ?? NaN;
    const found = pictures.flatMap((a, i) =>
      pictures
        .slice(i + 1)
        .filter((b) => b.person !== a.person && Math.fround(dot(a.vector, b.vector)) === wanted)
        .map((b) => [a.person, b.person]),
    );
    expect(found).toContainEqual([personA[0], personB[0]]);
  });
});

describe('bootstrapTarByPerson', () => {
  const pictures = unitVectors(300, 100, 5);
  const picturesOf = Array.from({ length: 100 }, () => 3);
  const impostors = compareAcrossPersons(pictures, 1);

  it('is the same on each run and holds the measured rate', () => {
    // Half of the people are recognised.
    const genuine = picturesOf.map((_, person) => ({ person, cosine: person % 2 }));
    const interval = bootstrapTarByPerson(genuine, impostors, picturesOf, 0.01, seededRandom(1), 100);
    expect(bootstrapTarByPerson(genuine, impostors, picturesOf, 0.01, seededRandom(1), 100)).toEqual(interval);
    expect(interval.low).toBeLessThan(0.5);
    expect(interval.high).toBeGreaterThan(0.5);
    expect(interval.high - interval.low).toBeLessThan(0.3);
  });

  it('is wider when the same pairs come from fewer people', () => {
    const width = (people: number): number => {
      const genuine = Array.from({ length: 400 }, (_, i) => ({ person: i % people, cosine: (i % people) % 2 }));
      const { low, high } = bootstrapTarByPerson(genuine, impostors, picturesOf, 0.01, seededRandom(1), 100);
      return high - low;
    };
    expect(width(10)).toBeGreaterThan(2 * width(100));
  });
});
