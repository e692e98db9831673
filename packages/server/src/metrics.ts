import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry as MetricRegistry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is read from the process at the moment of a scrape. */
export interface Observed {
  readonly queued: number;
  readonly running: number;
  /** Since the start. */
  readonly wideJobs: number;
  readonly inFlightBytes: number;
  readonly resultCacheBytes: number;
  readonly generation: number;
  readonly lanes: readonly { readonly version: string; readonly lanes: number }[];
}

/** The metrics of the service, in a registry of their own. */
export class Metrics {
  readonly registry = new MetricRegistry();
  readonly requests: Counter<'operation' | 'status' | 'code'>;
  readonly duration: Histogram<'operation' | 'version'>;
  readonly stages: Histogram<'stage'>;
  readonly faces: Counter<'version'>;
  readonly headRuns: Counter<'version'>;
  readonly headRunFaces: Counter<'version'>;
  readonly resultCacheHits: Counter;
  readonly resultCacheMisses: Counter;
  readonly lanesLost: Counter;

  constructor(observe: () => Observed) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({
      name: 'face_comparison_requests_total',
      help: 'Requests by operation, status and error code (empty when there was no error)',
      labelNames: ['operation', 'status', 'code'],
      registers,
    });
    this.duration = new Histogram({
      name: 'face_comparison_request_duration_seconds',
      help: 'Time from the first byte of a request to its answer, by operation and model version',
      labelNames: ['operation', 'version'],
      buckets: SECONDS,
      registers,
    });
    this.stages = new Histogram({
      name: 'face_comparison_stage_duration_seconds',
      help: 'Where the time of answered requests went: fetch, queue, decode, detect, embed',
      labelNames: ['stage'],
      buckets: SECONDS,
      registers,
    });
    this.faces = new Counter({
      name: 'face_comparison_faces_total',
      help: 'Faces in answers, by model version',
      labelNames: ['version'],
      registers,
    });
    this.headRuns = new Counter({
      name: 'face_comparison_head_runs_total',
      help: 'Runs of the graphs that make vectors, by model version',
      labelNames: ['version'],
      registers,
    });
    this.headRunFaces = new Counter({
      name: 'face_comparison_head_run_faces_total',
      help: 'Faces in these runs, by model version; divided by the runs, how many faces go through the heads at once',
      labelNames: ['version'],
      registers,
    });
    this.resultCacheHits = new Counter({
      name: 'face_comparison_result_cache_hits_total',
      help: 'Requests that were answered from the cache of recent answers',
      registers,
    });
    this.resultCacheMisses = new Counter({
      name: 'face_comparison_result_cache_misses_total',
      help: 'Requests whose answer was looked for in the cache of recent answers and was not there',
      registers,
    });
    this.lanesLost = new Counter({
      name: 'face_comparison_lanes_lost_total',
      help: 'Lanes that crashed or overstayed a deadline',
      registers,
    });
    const gauge = (name: string, help: string, value: (observed: Observed) => number): void => {
      new Gauge({ name, help, registers, collect() { this.set(value(observe())); } }); // prettier-ignore
    };
    gauge('face_comparison_queue_length', 'Requests that wait for a lane', ({ queued }) => queued);
    gauge('face_comparison_jobs_running', 'Requests that a lane works on', ({ running }) => running);
    new Counter({
      name: 'face_comparison_wide_jobs_total',
      help: 'Requests that were alone when they were begun, and so could use all cores',
      registers,
      collect() {
        this.reset();
        this.inc(observe().wideJobs);
      },
    });
    gauge('face_comparison_in_flight_bytes', 'Bytes of encoded images held now', ({ inFlightBytes }) => inFlightBytes);
    gauge(
      'face_comparison_result_cache_bytes',
      'Memory that recent answers take',
      ({ resultCacheBytes }) => resultCacheBytes,
    );
    gauge(
      'face_comparison_plan_generation',
      'Generation of the serving plan that is followed',
      ({ generation }) => generation,
    );
    new Gauge({
      name: 'face_comparison_lanes',
      help: 'Lanes alive, by model version',
      labelNames: ['version'],
      registers,
      collect() {
        this.reset();
        for (const { version, lanes } of observe().lanes) this.set({ version }, lanes);
      },
    });
  }
}
