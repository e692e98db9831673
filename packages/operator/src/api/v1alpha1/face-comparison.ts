import type { FaceComparisonSpec } from './face-comparison-spec.js';
import type { FaceComparisonStatus } from './face-comparison-status.js';
import type { FACE_COMPARISON, GROUP_VERSION } from './names.js';
import type { ObjectMeta } from './object-meta.js';
import type { Rule } from './schema-parts.js';

export interface FaceComparison {
  apiVersion: typeof GROUP_VERSION;
  kind: typeof FACE_COMPARISON.kind;
  metadata: ObjectMeta;
  spec: FaceComparisonSpec;
  status?: FaceComparisonStatus;
}

/** Longest name of a FaceComparison: its children have longer ones. */
export const MAX_NAME_LENGTH = 52;

/** A Service has the same name (RFC 1035 label). */
export const NAME_PATTERN = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

/** What both the API server and the operator look at in the name. */
export const nameRule: Rule<string> = {
  rule: `self.metadata.name.size() <= ${MAX_NAME_LENGTH} && self.metadata.name.matches('${NAME_PATTERN}')`,
  message: `must be at most ${MAX_NAME_LENGTH} lower-case letters, digits and hyphens, a letter first and no hyphen last: a Service is named so`,
  holds: (name) => name.length <= MAX_NAME_LENGTH && new RegExp(NAME_PATTERN).test(name),
};
