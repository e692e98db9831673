import type { Profiler } from 'node:inspector';

/** What a process of the service did at an instant. */
export type Moment =
  /** The headers of a request have come. */
  | 'request'
  /** Node has handed the answer to the system. */
  | 'answered'
  /** Bytes were handed to the other process of the service. */
  | 'pipe-write'
  /** Bytes came from it. */
  | 'pipe-read'
  /** libvips was asked for something... */
  | 'image-start'
  /** ...and JavaScript has it. */
  | 'image-end'
  /** onnxruntime was asked to run a graph... */
  | 'run-start'
  /** ...and JavaScript has the outputs. */
  | 'run-end';

/** What libvips does, told by the options of the call; `cut` is a face cut out of a photo and shrunk. */
export type ImageWork = 'header' | 'decode' | 'shrink' | 'cut';

/** A run of a graph. */
export interface GraphRun {
  /** Sessions are counted in the order in which the process made them. */
  readonly session: number;
  readonly outputs: readonly string[];
  /** Of the input. */
  readonly shape: readonly number[];
}

export interface ProbeEvent {
  readonly moment: Moment;
  readonly image?: ImageWork;
  readonly run?: GraphRun;
  /** Monotonic clock of the system, the same in all processes, in microseconds. */
  readonly atUs: number;
  /** CPU time of the whole process since it started, native threads included, in microseconds. */
  readonly cpuUs: number;
}

/** What one process of the service wrote down between two signals. */
export interface Recording {
  readonly process: 'http' | 'lane';
  readonly events: readonly ProbeEvent[];
  /** Samples of the JavaScript thread; absent when only events were asked for. */
  readonly samples?: Profiler.Profile;
}

/** What the probe does; given to the processes of the service in the environment. */
export interface ProbeOptions {
  /** Where recordings go, as `PID-N.json`, and profiles of onnxruntime, as `operators-SESSION_DATE.json`. */
  readonly folder: string;
  /** Time between two samples of the JavaScript thread, in microseconds; absent for no samples. */
  readonly samplingUs?: number;
  /** Whether onnxruntime times each operator, which slows it down. */
  readonly operators: boolean;
}

export const PROBE_VARIABLE = 'FACE_COMPARISON_PROBE';

/** The first one begins a recording and the next one writes it to a file. */
export const PROBE_SIGNAL = 'SIGUSR2';
