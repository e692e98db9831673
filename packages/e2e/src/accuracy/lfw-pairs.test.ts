import { distinctPictures, parsePairs, personOf } from './lfw-pairs.js';

const TWO_FOLDS = ['2\t1', 'Ann_Lee\t1\t4', 'Ann_Lee\t1\tBo\t2', 'Bo\t1\t2', 'Bo\t1\tCy\t12', ''].join('\n');

describe('parsePairs', () => {
  it('reads the folds that the header promises', () => {
    expect(parsePairs(TWO_FOLDS)).toEqual([
      [
        { a: 'Ann_Lee/Ann_Lee_0001.jpg', b: 'Ann_Lee/Ann_Lee_0004.jpg', samePerson: true },
        { a: 'Ann_Lee/Ann_Lee_0001.jpg', b: 'Bo/Bo_0002.jpg', samePerson: false },
      ],
      [
        { a: 'Bo/Bo_0001.jpg', b: 'Bo/Bo_0002.jpg', samePerson: true },
        { a: 'Bo/Bo_0001.jpg', b: 'Cy/Cy_0012.jpg', samePerson: false },
      ],
    ]);
  });

  it('reads lines ended as on Windows and parted by spaces', () => {
    expect(parsePairs('1 1\r\nAnn 1 2\r\nAnn 1 Bo 2\r\n')).toHaveLength(1);
  });

  it('deals pairs without a header to ten folds with both kinds in each', () => {
    const lines = Array.from({ length: 20 }, (_, i) => [`Ann 1 ${i + 2}`, `Ann 1 Bo ${i + 1}`]).flat();
    const folds = parsePairs(lines.join('\n'));
    expect(folds).toHaveLength(10);
    for (const fold of folds) expect(fold.map((pair) => pair.samePerson)).toEqual([true, true, false, false]);
  });

  it('reads a header with the number of pairs alone', () => {
    expect(parsePairs('1\nAnn 1 2\nAnn 1 Bo 2').flat()).toHaveLength(2);
  });

  it.each([
    ['Ann 1', 'line 2: expected "name n m" or "name1 n name2 m", got "Ann 1"'],
    ['Ann 1 Bo 2 3', 'line 2: expected "name n m" or "name1 n name2 m", got "Ann 1 Bo 2 3"'],
    ['Ann one 2', 'line 2: expected a picture number from 1 to 9999 after "Ann", got "one"'],
    ['Ann 0 2', 'line 2: expected a picture number from 1 to 9999 after "Ann", got "0"'],
    ['../Ann 1 2', 'line 2: a name must not hold a path, got "../Ann"'],
  ])('refuses %p, naming line and reason', (line, message) => {
    expect(() => parsePairs(`1 1\n${line}\nAnn 1 Bo 2`)).toThrow(message);
  });

  it('refuses a file that was cut off', () => {
    expect(() => parsePairs('2 1\nAnn 1 2\nAnn 1 Bo 2\nBo 1 2')).toThrow('promises 4 pairs, the file holds 3');
  });

  it('refuses an empty file', () => {
    expect(() => parsePairs('\n')).toThrow('names no pair');
  });
});

it('lists each picture once, with its person', () => {
  const pictures = distinctPictures(parsePairs(TWO_FOLDS));
  expect(pictures).toEqual([
    'Ann_Lee/Ann_Lee_0001.jpg',
    'Ann_Lee/Ann_Lee_0004.jpg',
    'Bo/Bo_0002.jpg',
    'Bo/Bo_0001.jpg',
    'Cy/Cy_0012.jpg',
  ]);
  expect(pictures.map(personOf)).toEqual(['Ann_Lee', 'Ann_Lee', 'Bo', 'Bo', 'Cy']);
});
