/** Waiting is no work: these are no stages of it. */
const WAITING = ['fetch', 'queue'];

/**
 * How long the service worked on a request: the sum of the stages in its Server-Timing header, in milliseconds, without
 * the time for which the request waited.
 *
 * @param header as in `queue;dur=0.4, decode;dur=5.2, detect;dur=11.8`
 * @returns undefined when it names no stage with a duration
 * @see https://www.w3.org/TR/server-timing/
 */
export function sumOfStages(header: string | undefined): number | undefined {
  const durationsMs = (header ?? '').split(',').flatMap((entry) => {
    const [, stage = '', duration] = /^\s*([\w-]+)\s*;\s*dur=(\d+(?:\.\d+)?)\s*$/.exec(entry) ?? [];
    return duration === undefined || WAITING.includes(stage) ? [] : [Number(duration)];
  });
  return durationsMs.length === 0 ? undefined : durationsMs.reduce((sum, durationMs) => sum + durationMs, 0);
}
