import type { Analysis, EngineModel, EngineOptions } from '@face-comparison/engine';
import type { Detail } from '../service/face-service.js';

/** What a process that computes is told. */
export type EngineRequest =
  | { readonly type: 'load'; readonly model: EngineModel; readonly options: EngineOptions }
  | {
      readonly type: 'analyze';
      readonly bytes: Uint8Array;
      readonly vectors: boolean;
      readonly quality: boolean;
      readonly detail: Detail;
      readonly maxFaces: number;
      /** `reference`: only the face that a comparison is made with. */
      readonly pick: 'largest' | 'reference';
    };

/** What it answers; one answer to each request. */
export type EngineReply =
  | { readonly type: 'loaded' }
  | { readonly type: 'analyzed'; readonly analysis: Analysis }
  /** The photo is to blame. */
  | { readonly type: 'photo-refused'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };
