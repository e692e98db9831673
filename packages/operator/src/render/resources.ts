import type { ModelResources, ResolvedSpec } from '../api/v1alpha1/index.js';
import { memoryForTwoMiB, UNKNOWN_MODEL } from './memory.js';
import { canonicalQuantity } from './quantity.js';

type Quantities = Record<string, string>;

/** GPUs are asked for by this name; nodes that have them are tainted with it as a rule. */
export const GPU_RESOURCE = 'nvidia.com/gpu';

/**
 * What the server's container asks for and may use: a core for each lane, memory for two versions of the model, and the GPUs.
 *
 * CPU has no limit: a core that nobody uses is better used, and a throttled pod answers late for no one's good. Memory is
 * limited to what is asked for, so that a pod is not evicted for what others take. What the spec gives replaces what is
 * reckoned here; one of request and limit that is given stands for the other where that one is not, since a limit below
 * a request is refused.
 */
export function containerResources(
  { lanes, accelerator, resources }: ResolvedSpec,
  model: ModelResources = UNKNOWN_MODEL,
): { requests: Quantities; limits: Quantities } {
  const memory = canonicalQuantity(`${memoryForTwoMiB(model, model, lanes)}Mi`);
  const gpus: Quantities = accelerator.type === 'nvidia' ? { [GPU_RESOURCE]: `${accelerator.count}` } : {};
  const requests = canonical(resources.requests);
  const limits = canonical(resources.limits);
  return {
    requests: { cpu: `${lanes}`, memory, ...gpus, ...limits, ...requests },
    limits: { memory: requests['memory'] ?? memory, ...gpus, ...limits },
  };
}

function canonical(quantities: Readonly<Record<string, number | string>>): Quantities {
  return Object.fromEntries(
    Object.entries(quantities).map(([resource, quantity]) => [resource, canonicalQuantity(quantity)]),
  );
}
