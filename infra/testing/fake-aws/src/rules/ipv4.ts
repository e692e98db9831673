/** A range of IPv4 addresses, as numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Reads `10.0.0.0/16`. Undefined when it is not written so. */
export function parseCidr(cidr: string): Range | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

export const overlaps = (one: Range, other: Range): boolean => one.first <= other.last && other.first <= one.last;

export const contains = (outer: Range, inner: Range): boolean => outer.first <= inner.first && inner.last <= outer.last;
