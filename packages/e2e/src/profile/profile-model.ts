import type { Manifest } from '@face-comparison/bundle';
import type { PhotoSpec } from '../bench/photos.js';
import { groupBy } from '../rollouts/analysis/group-by.js';
import { readManifest } from '../service/manifest.js';
import { median } from '../statistics/summary.js';
import { budgetOf, type Budget } from './budget.js';
import { measurePass, type MeasuredRequest, type Pass, type ServerTiming } from './measure.js';
import { matchRuns, operatorShares, readOperatorProfile, type NotedRun, type OperatorShare } from './operators.js';
import { readSamples, sortSamples, type Sample } from './samples.js';
import { spansOf } from './spans.js';
import { STAGE_OF_WORK, workOf, type Stage } from './stages.js';

/** Where the time of requests with one photo goes. */
export interface PhotoProfile {
  readonly photo: PhotoSpec;
  readonly budget: Budget;
  /** Medians over the same requests. */
  readonly serverTiming: ServerTiming;
  /** What JavaScript did in each stage, of all requests of another pass together. */
  readonly samples: ReadonlyMap<Stage, readonly Sample[]>;
  /** Operators of the stages that are runs of graphs. */
  readonly operators: ReadonlyMap<Stage, readonly OperatorShare[]>;
}

export interface ModelProfile {
  readonly model: string;
  readonly photos: readonly PhotoProfile[];
}

/** Functions are seen every so often; oftener, and the sampler is what is measured. */
const SAMPLING_US = 100;

/** Operators are alike in each run. */
const OPERATOR_PASS_SHARE = 1 / 6;

/**
 * Measures a model in three passes: one that only notes when parts begin and end, for times; one that samples functions; and
 * one in which onnxruntime times its operators.
 *
 * @param countOf how many requests of a photo
 * @param onPhoto called when a photo is done in a pass: three times for each
 */
export async function profileModel(
  manifestPath: string,
  photos: readonly PhotoSpec[],
  countOf: (photo: PhotoSpec) => number,
  onPhoto: () => void,
): Promise<ModelProfile> {
  const manifest = await readManifest(manifestPath);
  const fewer = (photo: PhotoSpec): number => Math.max(1, Math.round(countOf(photo) * OPERATOR_PASS_SHARE));
  const plain = await measurePass(manifestPath, photos, countOf, { operators: false }, onPhoto);
  const sampled = await measurePass(
    manifestPath,
    photos,
    countOf,
    { operators: false, samplingUs: SAMPLING_US },
    onPhoto,
  );
  const timed = await measurePass(manifestPath, photos, fewer, { operators: true }, onPhoto);

  const samples = {
    http: readSamples(samplesOf(sampled.recordings.http)),
    lane: readSamples(samplesOf(sampled.recordings.lane)),
  };
  const runs = matchRuns(timed.operatorProfiles.map(readOperatorProfile), timed.recordings.lane.events);
  return {
    model: manifest.version,
    photos: photos.map((photo, i) => {
      const measured = plain.requests[i]?.slice(1, -1) ?? [];
      const sorted = sortByStage(sampled, sampled.requests[i] ?? [], samples, manifest);
      return {
        photo,
        budget: budgetOf(measured, spansOf(plain.requests[i] ?? [], plain.recordings, manifest), sorted),
        serverTiming: medians(measured),
        samples: sorted,
        operators: operatorsOf(runs, timed.requests[i] ?? [], manifest),
      };
    }),
  };
}

function samplesOf({ process, samples }: Pass['recordings']['http']): NonNullable<typeof samples> {
  if (samples === undefined) throw new Error(`the recording of the process "${process}" was expected to have samples`);
  return samples;
}

function sortByStage(
  { recordings }: Pass,
  requests: readonly MeasuredRequest[],
  samples: { readonly http: readonly Sample[]; readonly lane: readonly Sample[] },
  manifest: Manifest,
): ReadonlyMap<Stage, readonly Sample[]> {
  const spans = spansOf(requests, recordings, manifest).flat();
  const of = (process: 'http' | 'lane'): Map<Stage, Sample[]> =>
    sortSamples(
      samples[process],
      spans.filter((span) => span.process === process),
    );
  // Only what is beside the path of a request occurs in both processes.
  return new Map([...of('http'), ...of('lane')]);
}

function operatorsOf(
  runs: readonly NotedRun[],
  requests: readonly MeasuredRequest[],
  manifest: Manifest,
): Map<Stage, OperatorShare[]> {
  const [first, last] = [requests[0], requests.at(-1)];
  const own = runs.filter(({ event: { atUs } }) => atUs >= (first?.startUs ?? 0) && atUs <= (last?.endUs ?? 0));
  const byWork = groupBy(own, ({ event }) => workOf(event, manifest));
  return new Map(
    [...byWork].map(([work, noted]) => [
      STAGE_OF_WORK[work],
      operatorShares(
        noted.map(({ run }) => run),
        work === 'heads' ? manifest.heads.map(({ name }) => name) : [],
      ),
    ]),
  );
}

function medians(requests: readonly MeasuredRequest[]): ServerTiming {
  const metrics = new Set(requests.flatMap(({ serverTiming }) => Object.keys(serverTiming)));
  return Object.fromEntries(
    [...metrics].map((metric) => [metric, median(requests.map(({ serverTiming }) => serverTiming[metric] ?? 0))]),
  );
}
