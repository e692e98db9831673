/**
 * The same value with the names of its fields as JSON has them here: `idleVsStages` as `idle_vs_stages`. Names of photos and
 * contenders have no capitals and stay.
 */
export function withSnakeCaseNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSnakeCaseNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snakeCase(name), withSnakeCaseNames(inner)]));
}

/** The last letter of a unit begins no word: `memoryGiB` is `memory_gib`. */
function snakeCase(name: string): string {
  return name
    .replace(/[A-Z]$/, (capital) => capital.toLowerCase())
    .replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
