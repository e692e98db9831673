// Durations as Go writes them, in whole numbers: 500ms, 30s, 5m, 1h30m. Each unit at most once, the largest first.

const UNITS = [
  { unit: 'h', factorMs: 3_600_000 },
  { unit: 'm', factorMs: 60_000 },
  { unit: 's', factorMs: 1_000 },
  { unit: 'ms', factorMs: 1 },
] as const;

/**
 * What the text of a duration looks like, for JavaScript and RE2 alike. The number of digits is bounded so that no duration
 * overflows the 64 bits of nanoseconds in which the API server counts.
 */
export const DURATION_PATTERN = '^([0-9]{1,6}h)?([0-9]{1,7}m)?([0-9]{1,9}s)?([0-9]{1,12}ms)?$';

const DURATION = new RegExp(DURATION_PATTERN);

/**
 * Milliseconds of a duration.
 *
 * @param text such as 500ms, 30s, 5m or 1h30m
 * @throws RangeError for a text that is no duration
 */
export function parseDuration(text: string): number {
  const found = text === '' ? null : DURATION.exec(text);
  if (found === null) {
    throw new RangeError(`expected a duration such as 500ms, 30s, 5m or 1h30m, got ${JSON.stringify(text)}`);
  }
  return UNITS.reduce((sum, { factorMs }, index) => sum + Number.parseInt(found[index + 1] ?? '0', 10) * factorMs, 0);
}

/**
 * The shortest text of a duration: 90000 is 1m30s.
 *
 * @param durationMs whole milliseconds, 0 or more
 * @throws RangeError for anything else
 */
export function formatDuration(durationMs: number): string {
  if (!Number.isSafeInteger(durationMs) || durationMs < 0) {
    throw new RangeError(`expected whole milliseconds, 0 or more, got ${durationMs}`);
  }
  let restMs = durationMs;
  const parts = UNITS.map(({ unit, factorMs }) => {
    const count = Math.floor(restMs / factorMs);
    restMs -= count * factorMs;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.join('') || '0s';
}
