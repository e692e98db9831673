/** Number of leading bits that the addresses of a range share: 16 of 10.0.0.0/16. */
export function prefixLength(range: string): number {
  return Number(range.split('/')[1]);
}

/** Whether the address of a range is its first one: 10.0.0.0/16 is, 10.0.3.0/16 is not. */
export function isAligned(range: string): boolean {
  return firstAddress(range) % addressCount(prefixLength(range)) === 0;
}

/** Whether all addresses of a range are private (RFC 1918) or shared (RFC 6598). */
export function isPrivate(range: string): boolean {
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].some((outer) => contains(outer, range));
}

/** The `index`-th range of `length` bits in a range: (10.0.0.0/16, 18, 1) is 10.0.64.0/18. */
export function subRange(range: string, length: number, index: number): string {
  const address = firstAddress(range) + index * addressCount(length);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${octets.join('.')}/${length}`;
}

/** Whether `inner` lies in `outer`. */
export function contains(outer: string, inner: string): boolean {
  const size = addressCount(prefixLength(outer));
  return (
    prefixLength(inner) >= prefixLength(outer) &&
    Math.floor(firstAddress(inner) / size) === Math.floor(firstAddress(outer) / size)
  );
}

function firstAddress(range: string): number {
  const [address = ''] = range.split('/');
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function addressCount(length: number): number {
  return 2 ** (32 - length);
}
