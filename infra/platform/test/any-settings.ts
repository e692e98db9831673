import type { ResourceGraph } from '@face-comparison/resource-graph';
import fc from 'fast-check';

import type { Settings } from '../src/settings.js';
import { platformGraph } from './platform-graph.js';
import { validSettings } from './valid-settings.js';

/** The same for all tests of a file, so that they look at the same graphs; fast-check prints it with a failure. */
const RUNS = { numRuns: 25, seed: Date.now() % 2 ** 31 };

const graphs = new Map<string, Promise<ResourceGraph>>();

/** Checks the graph of the platform for settings drawn at random from all that are valid. */
export function forAnySettings(check: (graph: ResourceGraph, settings: Settings) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(validSettings, async (settings) => {
      const key = JSON.stringify(settings);
      const graph = graphs.get(key) ?? platformGraph(settings);
      graphs.set(key, graph);
      check(await graph, settings);
    }),
    RUNS,
  );
}
