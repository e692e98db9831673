import { createHttpSender } from './http.js';

/**
 * The value of a metric without labels in Prometheus' text format.
 *
 * @returns undefined when the text does not hold it
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseMetric(text: string, name: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) return undefined;
  const value = Number(line.split(' ')[1]);
  return Number.isNaN(value) ? undefined : value;
}

/**
 * The longest that a timer of the HTTP process had to wait since the last scrape, in seconds: reading it starts anew.
 * prom-client measures with a timer of 10 ms, so an idle process shows about 0.01 and the stall itself is at most this.
 */
export const EVENT_LOOP_DELAY_METRIC = 'nodejs_eventloop_lag_max_seconds';

const send = createHttpSender('one-request');

/** Scrapes one metric; undefined when the server does not export it or the port does not answer. */
export async function scrapeMetric(metricsUrl: string, name: string): Promise<number | undefined> {
  try {
    const answer = await send({ method: 'GET', url: metricsUrl, timeoutMs: 60_000 });
    return parseMetric(answer.body.toString('utf8'), name);
  } catch {
    return undefined;
  }
}
