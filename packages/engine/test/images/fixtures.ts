import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A picture of this folder and what it must decode to; see make-fixtures.py. */
export interface Fixture {
  readonly name: string;
  readonly bytes: Buffer;
  /** Of the upright picture. */
  readonly width: number;
  readonly height: number;
  /** Of its RGB bytes. */
  readonly sha256: string;
}

interface Expectation {
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
}

const expected = JSON.parse(read('expected.json').toString()) as Record<string, Expectation>;

export const fixtures: readonly Fixture[] = Object.entries(expected).map(([name, { width, height, sha256 }]) => ({
  name,
  bytes: read(name),
  width,
  height,
  sha256,
}));

/** A copy of a fixture's bytes, to be spoilt. */
export function fixtureBytes(name: string): Buffer {
  return read(name);
}

function read(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, name));
}
