import { textAt, textsAt } from '../account/paths.js';
import type { Entity } from '../account/entity.js';
import type { Purchase } from '../account/capacity.js';
import type { AccountState } from '../account/account-state.js';
import { zonesOf } from './network.js';

/** Why no instance of a node group starts; undefined when one of its types can be had in one of its zones. */
export function capacityTrouble(world: AccountState, group: Entity): string | undefined {
  const types = textsAt(group.outputs, 'instanceTypes');
  const zones = zonesOf(world, textsAt(group.inputs, 'subnetIds'));
  const purchase: Purchase = textAt(group.inputs, 'capacityType') === 'SPOT' ? 'SPOT' : 'ON_DEMAND';
  if (types.some((type) => zones.some((zone) => world.capacity.has(type, zone, purchase)))) return undefined;
  return (
    `AsgInstanceLaunchFailures: Could not launch ${purchase === 'SPOT' ? 'Spot' : 'On-Demand'} Instances. InsufficientInstanceCapacity - ` +
    `We currently do not have sufficient ${types.join(', ')} capacity in ${zones.join(', ')}`
  );
}
