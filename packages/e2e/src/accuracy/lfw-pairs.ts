/** Two pictures, each as a path below the picture folder: `NAME/NAME_0001.jpg`. */
export interface PicturePair {
  readonly a: string;
  readonly b: string;
  readonly samePerson: boolean;
}

/** A line of a pairs file that is not in LFW's format. */
export class PairsFormatError extends Error {
  override readonly name = 'PairsFormatError';
}

/** Folds of a file whose header does not say how many there are: LFW's own number. */
const DEFAULT_FOLDS = 10;

/**
 * Reads LFW's pairs format, fields separated by tabs or spaces:
 *
 * - header, optional: `folds  pairsOfEachKind` (pairs.txt) or `pairsOfEachKind` alone (pairsDevTest.txt)
 * - `name  n  m`: two pictures of one person
 * - `name1  n  name2  m`: two pictures of different people
 *
 * With the full header the folds are those of the file: in each, n pairs of one person and then n of two. Otherwise the
 * pairs of each kind are dealt in order to ten folds of equal size.
 *
 * @throws PairsFormatError naming the line, what was expected and what came
 * @see http://vis-www.cs.umass.edu/lfw/README.txt
 */
export function parsePairs(text: string): PicturePair[][] {
  const lines = text.split(/\r?\n/).map((line, i) => ({ number: i + 1, text: line.trim() }));
  const filled = lines.filter((line) => line.text !== '');
  const header = filled[0] && /^(\d+)(?:\s+(\d+))?$/.exec(filled[0].text);
  const pairs = filled.slice(header ? 1 : 0).map((line) => parseLine(line.text, line.number));
  if (pairs.length === 0) throw new PairsFormatError('the pairs file names no pair');
  if (header?.[2] === undefined) {
    if (header) checkCount(pairs.length, 2 * Number(header[1]), header[0]);
    return dealIntoFolds(pairs);
  }
  const folds = Number(header[1]);
  const pairsAFold = 2 * Number(header[2]);
  checkCount(pairs.length, folds * pairsAFold, header[0]);
  return Array.from({ length: folds }, (_, i) => pairs.slice(i * pairsAFold, (i + 1) * pairsAFold));
}

function parseLine(line: string, number: number): PicturePair {
  const [nameA = '', second = '', third = '', fourth, ...rest] = line.split(/\s+/);
  const expected = 'expected "name n m" or "name1 n name2 m"';
  if (third === '' || rest.length > 0) {
    throw new PairsFormatError(`line ${number}: ${expected}, got ${JSON.stringify(line)}`);
  }
  const samePerson = fourth === undefined;
  return samePerson
    ? { a: picturePath(nameA, second, number), b: picturePath(nameA, third, number), samePerson }
    : { a: picturePath(nameA, second, number), b: picturePath(third, fourth, number), samePerson };
}

function picturePath(name: string, picture: string, lineNumber: number): string {
  if (!/^[1-9]\d{0,3}$/.test(picture)) {
    throw new PairsFormatError(
      `line ${lineNumber}: expected a picture number from 1 to 9999 after ${JSON.stringify(name)}, got ${JSON.stringify(picture)}`,
    );
  }
  if (/[/\\]|^\.\.?$/.test(name)) {
    throw new PairsFormatError(`line ${lineNumber}: a name must not hold a path, got ${JSON.stringify(name)}`);
  }
  return `${name}/${name}_${picture.padStart(4, '0')}.jpg`;
}

function checkCount(pairs: number, promised: number, header: string): void {
  if (pairs !== promised) {
    throw new PairsFormatError(
      `the header ${JSON.stringify(header)} promises ${promised} pairs, the file holds ${pairs}: it is cut off or mixed up`,
    );
  }
}

function dealIntoFolds(pairs: readonly PicturePair[]): PicturePair[][] {
  const folds = Array.from({ length: DEFAULT_FOLDS }, (): PicturePair[] => []);
  for (const samePerson of [true, false]) {
    const ofKind = pairs.filter((pair) => pair.samePerson === samePerson);
    for (const [i, pair] of ofKind.entries()) folds[Math.floor((i * DEFAULT_FOLDS) / ofKind.length)]?.push(pair);
  }
  return folds.filter((fold) => fold.length > 0);
}

/** Every picture that some pair names, once, in order of first mention. */
export function distinctPictures(folds: readonly (readonly PicturePair[])[]): string[] {
  return [...new Set(folds.flat().flatMap((pair) => [pair.a, pair.b]))];
}

/** The person a picture path shows. */
export function personOf(picture: string): string {
  return picture.slice(0, picture.indexOf('/'));
}
