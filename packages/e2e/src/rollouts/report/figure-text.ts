type FigureValue = number | string | boolean | readonly string[];

const UNITS: readonly { readonly ending: RegExp; readonly format: (value: number) => string }[] = [
  { ending: /Ms$/, format: milliseconds },
  { ending: /Seconds$/, format: (value) => `${short(value)} s` },
  { ending: /Percent$/, format: (value) => `${short(value)} %` },
  { ending: /MiB$/, format: (value) => `${short(value)} MiB` },
];

/** A figure by the name that a program gave it, e.g. `skewAtMostMs` 41.3, for people: `skew at most: 41 ms`. */
export function figureText(name: string, value: FigureValue): string {
  const unit = typeof value === 'number' ? UNITS.find(({ ending }) => ending.test(name)) : undefined;
  const words = (unit === undefined ? name : name.replace(unit.ending, ''))
    .replaceAll(/([a-z0-9])([A-Z])|([a-z])([0-9])/g, '$1$3 $2$4')
    .replaceAll(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
  if (typeof value === 'number') return `${plainText(words)}: ${(unit?.format ?? short)(value)}`;
  return `${plainText(words)}: ${plainText(typeof value === 'object' ? value.join(' > ') : String(value))}`;
}

/** `41 ms`, `2.3 s`. */
export function milliseconds(value: number): string {
  return Math.abs(value) < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** Text that came from elsewhere, on one line and without what Markdown or a table would take for its own. */
export function plainText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_|[\]<>]/g, (character) => `\\${character}`);
}

/** Whole numbers as they are, others with three digits. */
function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}
