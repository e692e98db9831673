import type { DriverRecord } from '../driver/protocol.js';
import type { Stage } from '../rig/stage.js';
import { expect, type Figures } from './scenario.js';

/**
 * Holds traffic against what is promised of every change: no request fails, and no pod is lost or started anew.
 * @param isExcused failures that are the scenario's own; they are counted under the name `excusedAs`
 * @param disturbed pods that may be lost or started anew
 */
export async function judgeTraffic(
  stage: Stage,
  {
    isExcused,
    excusedAs = 'excused',
    disturbed = 0,
  }: { isExcused?: (record: DriverRecord) => boolean; excusedAs?: string; disturbed?: number } = {},
): Promise<Figures> {
  await stage.end();
  const requests = stage.records.filter(({ route }) => route !== 'pod').length;
  const failures = stage.failures(isExcused);
  const excused = stage.failures().length - failures.length;
  const pods = await stage.disturbedPods();
  expect(requests > 0, 'requests');
  expect(failures.length === 0, `no failed request of ${requests}, got ${failures.length}: ${listed(failures)}`);
  expect(pods <= disturbed, `${disturbed} pods lost or started anew at most, got ${pods}`);
  return {
    requests,
    failed: failures.length,
    ...(isExcused === undefined ? {} : { [excusedAs]: excused }),
    ...(disturbed === 0 ? { podsRestarted: pods } : {}),
  };
}

/** When the last request was sent that this version answered through the Service, by milliseconds after an instant; 0 for never. */
function lastAnswerAfterMs(stage: Stage, version: string, sinceMs: number): number {
  const late = stage.records.filter((record) => record.version === version && record.route !== 'pin');
  return Math.max(0, ...late.map(({ sentMs }) => sentMs - sinceMs));
}

/**
 * Holds a way back, after it is over, against the way there: the old version is still loaded, so it is shorter on any machine.
 * @param version what was gone back from
 * @param patchedMs when the spec was patched there, and when back, in milliseconds since 1970
 */
export function judgeWayBack(stage: Stage, version: string, patchedMs: { there: number; back: number }): Figures {
  const backMs = lastAnswerAfterMs(stage, version, patchedMs.back);
  const firstMs = Math.min(
    ...stage.serviceRecords.filter((one) => one.version === version).map((one) => one.receivedMs),
  );
  const thereMs = firstMs - patchedMs.there;
  expect(
    backMs < thereMs,
    `the last request answered by ${version} sent less than ${Math.round(thereMs)} ms after the patch back, as long as the first one took after the patch there, got ${Math.round(backMs)} ms`,
  );
  return { backSeconds: seconds(backMs) };
}

/** Some records, for the message of an error. */
export function listed(records: readonly DriverRecord[]): string {
  return JSON.stringify(records.slice(0, 5));
}

export const seconds = (ms: number): number => Math.round(ms / 100) / 10;
