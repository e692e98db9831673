import type { ModelResources } from '../api/v1alpha1/index.js';
import type { ModelRef } from './model-ref.js';
import type { RejectionReason } from './state.js';

/** What is known of a FaceModel. */
export interface ModelFacts extends ModelRef {
  /**
   * `pending`: nobody has looked yet. `verified`: the manifest is the one that is meant. `unknown`: the operator cannot read it
   * (it lies in the pods, or the source does not answer); pods verify it themselves. `refused`: it is not what it should be.
   */
  readonly verification: 'pending' | 'verified' | 'unknown' | 'refused';
  /** Why it was refused. */
  readonly refusal?: { readonly reason: RejectionReason; readonly message: string };
  readonly embeddingSpace?: string;
  readonly resources?: ModelResources;
}
