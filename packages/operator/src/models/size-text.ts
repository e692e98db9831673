const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size for people: 78 MB. Decimal units, three digits at most. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(size >= 99.5 ? 3 : 2))} ${UNITS[unit] ?? 'B'}`;
}
