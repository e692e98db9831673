/**
 * The same value with the names of its fields as JSON has them here: `idleVsStages` as `idle_vs_stages`. Names of photos and
 * contenders have no capitals and stay.
 */
export function withSnakeCaseNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSnakeCaseNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
      withSnakeCaseNames(inner),
    ]),
  );
}
