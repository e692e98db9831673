import type { Analysis, Calibration, Comparison } from '@face-comparison/client';

/** A photo: its bytes, or a URL that the service fetches. */
export type Photo = Uint8Array | string;

/** What is known of a version that can be used. */
export interface ServedVersion {
  readonly version: string;
  /** Whether it answers calls that name no version. */
  readonly isDefault: boolean;
  readonly canaryWeight?: number;
  readonly embeddingSpace: string;
  readonly vectorLength: number;
  readonly comparableWith: readonly string[];
  readonly defaultThreshold: number;
  readonly calibration: Calibration;
}

/** Every call names its version: the default may change while a command runs. */
export interface CallOptions {
  readonly modelVersion: string;
  readonly signal: AbortSignal;
}

export type Detail = 'normal' | 'high';

/** What to answer about each face. */
export interface AnalyzeCall extends CallOptions {
  readonly vectors: boolean;
  readonly landmarks: boolean;
  readonly quality: boolean;
  readonly detail: Detail;
  readonly maxFaces?: number;
}

/** What finds and compares faces: a service elsewhere, or the engine on this machine. */
export interface FaceService {
  /** How a sentence names it: `the service at http://127.0.0.1:8080`. */
  readonly name: string;
  /** The versions that can be used, the default first. */
  versions(signal: AbortSignal): Promise<readonly ServedVersion[]>;
  analyze(photo: Photo, call: AnalyzeCall): Promise<Analysis>;
  /** Every face of the target is a match: the caller has a threshold of its own. */
  compare(source: Photo, target: Photo, call: CallOptions): Promise<Comparison>;
  close(): Promise<void>;
}
