import { wilsonInterval, type Interval } from '../../statistics/summary.js';
import type { DriverRecord } from '../driver/protocol.js';
import { groupBy } from './group-by.js';
import { isAnswer } from './outcome.js';

/** How a weight was kept: shares are 0..1. */
export interface Split {
  readonly clients: {
    readonly total: number;
    /** Those to whom the version gave every answer. */
    readonly ofVersion: number;
    readonly share: number;
    /** 95 % of samples of so many clients with this true share lie near it. */
    readonly interval: Interval;
    /** Those who got answers of it and of another: a client must always see one version. */
    readonly ofBoth: readonly string[];
  };
  readonly requests: { readonly total: number; readonly ofVersion: number; readonly share: number };
}

/**
 * The share of a version among clients that call through the Service and insist on no version.
 *
 * @param records of a time in which the weight did not change (`between`); shares are NaN when nobody was answered
 */
export function splitOf(records: readonly DriverRecord[], version: string): Split {
  const answers = records.filter(isAnswer).filter(({ route }) => route === 'service');
  const clients = [...groupBy(answers, ({ who }) => who)].map(([name, own]) => {
    const ofVersion = own.filter((answer) => answer.version === version).length;
    return { name, all: ofVersion === own.length, both: ofVersion > 0 && ofVersion < own.length };
  });
  const ofVersion = clients.filter(({ all }) => all).length;
  const requestsOfVersion = answers.filter((answer) => answer.version === version).length;
  return {
    clients: {
      total: clients.length,
      ofVersion,
      share: ofVersion / clients.length,
      interval: wilsonInterval(ofVersion, clients.length),
      ofBoth: clients.filter(({ both }) => both).map(({ name }) => name),
    },
    requests: {
      total: answers.length,
      ofVersion: requestsOfVersion,
      share: requestsOfVersion / answers.length,
    },
  };
}
