/** One line of a bill for a million images. */
export interface CostLine {
  readonly what: string;
  readonly dollars: number;
}

/**
 * What the original asked for a million images, by its own documentation: a function with 8 GB for one second an image,
 * behind a REST API, in US East (Ohio). Its page prints 142.95 as their sum; the rows add up to 151.05.
 */
export const ORIGINAL_LINES: readonly CostLine[] = [
  { what: 'function calls', dollars: 0.2 },
  { what: 'function time: a million seconds with 8 GB', dollars: 133.3 },
  { what: 'REST API calls', dollars: 3.5 },
  { what: 'answers of 100 kB to the internet', dollars: 9 },
  { what: 'logs', dollars: 5 },
  { what: 'image registry', dollars: 0.05 },
];

/** Dollars for a million images of the original. */
export const ORIGINAL_DOLLARS_PER_MILLION = sumOf(ORIGINAL_LINES);

/** The sum of a bill, to the cent. */
export function sumOf(lines: readonly CostLine[]): number {
  return Math.round(100 * lines.reduce((sum, { dollars }) => sum + dollars, 0)) / 100;
}
