import type { FaceFields } from '@face-comparison/contract';
import type { AnalyzeOptions, EngineError, EngineModel, EngineOptions, RunCounts } from '@face-comparison/engine';

/** One side of a comparison: a picture (the next blob of the frame) or a stored vector. */
export type CompareInput = { readonly kind: 'image' } | { readonly kind: 'vector'; readonly values: readonly number[] };

/** Work for a lane; pictures are the blobs of the frame. */
export type LaneJob =
  | {
      readonly kind: 'analyze';
      readonly fields: FaceFields;
      readonly maxFaces: number;
      /** Faces below are left out, 0 to 1. */
      readonly minConfidence?: number;
      readonly detail: AnalyzeOptions['detail'];
    }
  | {
      readonly kind: 'compare';
      readonly fields: FaceFields;
      /** Faces below are left out, 0 to 1. */
      readonly minConfidence?: number;
      /** Which face of a source that has several; `largest` unless given. */
      readonly sourceFace?: 'largest' | 'only';
      readonly detail: AnalyzeOptions['detail'];
      readonly source: CompareInput;
      readonly target: CompareInput;
      /** 0..100; the model's own unless given. */
      readonly similarityThreshold?: number;
    }
  | { readonly kind: 'golden'; readonly model: EngineModel }
  /** Makes the lane able to run jobs wide. */
  | { readonly kind: 'widen'; readonly threads: number };

/** Frames to a lane. */
export type LaneRequest =
  | {
      readonly type: 'load';
      readonly model: EngineModel;
      readonly options: EngineOptions;
      /** Jobs that the lane will be given at once, at most. */
      readonly jobs: number;
    }
  | {
      readonly type: 'job';
      readonly id: number;
      readonly job: LaneJob;
      readonly budgetMs: number;
      /** Whether its runs may use several threads, until the lane is told to be narrow. */
      readonly isWide: boolean;
    }
  /** Whatever is under way is to use one thread from its next run on. */
  | { readonly type: 'narrow'; readonly id: number };

/** Where a job's time went in the lane, in milliseconds. */
export interface LaneTimings {
  readonly decodeMs: number;
  readonly detectMs: number;
  readonly embedMs: number;
}

/** Codes of failures that a lane can report of a job. */
export type LaneErrorCode =
  | 'unsupported_image_format'
  | 'image_undecodable'
  | 'image_dimensions_exceeded'
  | 'no_face_found'
  | 'multiple_faces_found'
  | 'invalid_parameter'
  | 'deadline_exceeded'
  | 'internal';

/** What a program may want to know of a failure beside its code. */
export interface LaneErrorDetails {
  /** Which input, e.g. `source`. */
  readonly parameter?: string;
  readonly detectedFormat?: string;
  readonly maxSidePx?: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly faceCount?: number;
}

/** Frames from a lane. */
export type LaneReply =
  | { readonly type: 'loaded'; readonly hasMadeForms: boolean }
  | { readonly type: 'load-failed'; readonly code: EngineError['code']; readonly message: string }
  /** The blob is the body of the HTTP answer. */
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly timings: LaneTimings;
      readonly faces: number;
      /** Runs of heads since the answer before, whichever jobs they were for. */
      readonly headRuns: RunCounts;
    }
  | { readonly type: 'golden'; readonly id: number; readonly cosine: number | null }
  | { readonly type: 'widened'; readonly id: number }
  /** No run that uses more than one thread is under way, and none will be in this job. */
  | { readonly type: 'narrowed'; readonly id: number }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly code: LaneErrorCode;
      readonly message: string;
      readonly details: LaneErrorDetails;
    };
