import type { Props } from '../catalogue/kind.js';
import { textAt, valuesAt } from '../account/paths.js';

/** What the release of a chart does to a cluster. */
export interface Chart {
  readonly name: string;
  /** Types that exist while it is installed. */
  readonly definitions: readonly string[];
  /** Deleting the release leaves the types, and so the objects. */
  readonly keepsDefinitions: boolean;
  /** Its pods need a node of the CPU group; those of a DaemonSet need none. */
  readonly needsNode: boolean;
}

const faceTypes = ['face-comparison.dev/v1alpha1/FaceModel', 'face-comparison.dev/v1alpha1/FaceComparison'];

/** The chart that a Release installs, as far as the fake has to know. */
export function chartOf(release: Props): Chart {
  const chart = textAt(release, 'chart');
  const name =
    chart
      .split('/')
      .at(-1)
      ?.replace(/-\d+\.\d+\.\d+.*\.tgz$/, '') ?? chart;
  switch (name) {
    case 'face-comparison-operator': {
      const enabled = valuesAt(release, 'values.crds.enabled')[0] !== false;
      // The chart keeps them by default, so that an upgrade by mistake deletes nobody's service.
      const keepsDefinitions = valuesAt(release, 'values.crds.keep')[0] !== false;
      return { name, definitions: enabled ? faceTypes : [], keepsDefinitions, needsNode: true };
    }
    case 'nvidia-device-plugin':
      return { name, definitions: [], keepsDefinitions: false, needsNode: false };
    default:
      return { name, definitions: [], keepsDefinitions: false, needsNode: true };
  }
}
