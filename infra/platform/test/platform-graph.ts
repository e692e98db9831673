import { captureGraph, type ResourceGraph } from '@face-comparison/resource-graph';

import { createPlatform } from '../src/platform.js';
import { PROJECT, type Settings } from '../src/settings.js';
import { functions, realisticOutputs } from './realistic-outputs.js';

/** The graph of the platform with these settings, in a stack named test. */
export function platformGraph(settings: Settings): Promise<ResourceGraph> {
  return captureGraph(() => createPlatform(settings), {
    project: PROJECT,
    stack: 'test',
    outputs: realisticOutputs,
    functions,
  });
}
