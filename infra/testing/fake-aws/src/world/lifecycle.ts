import { kindOf } from '../catalogue/catalogue.js';
import { rules } from '../rules/rules.js';
import type { Entity } from '../account/entity.js';
import { textsAt } from '../account/paths.js';
import type { AccountState } from '../account/account-state.js';

/** Is it being made, changed or deleted? */
export const isTransient = (entity: Entity): boolean =>
  entity.state === 'creating' || entity.state === 'updating' || entity.state === 'deleting';

/** A key that was deleted stays for its waiting period, a week at least. */
export const isPending = (entity: Entity): boolean => entity.row === 'kms/key' && entity.state === 'deleting';

/** Lets everything end that was due by now, in the order of time. */
export function endDue(world: AccountState): void {
  for (;;) {
    const [due] = world.entities
      .all()
      .filter((entity) => entity.dueAt <= world.clock.now() && isTransient(entity))
      .sort((a, b) => a.dueAt - b.dueAt);
    if (!due) return;
    end(world, due);
  }
}

function end(world: AccountState, entity: Entity): void {
  const rule = rules[entity.row];
  switch (entity.state) {
    case 'creating': {
      const verdict = rule?.settle?.(world, entity) ?? { is: 'active' };
      if (verdict.is === 'waiting') entity.dueAt = world.clock.now() + verdict.seconds;
      else entity.state = verdict.is;
      if (verdict.is === 'failed') entity.reason = verdict.reason;
      if (verdict.is === 'active') rule?.arrived?.(world, entity);
      break;
    }
    case 'deleting':
      world.entities.partsOf(entity).forEach((part) => world.entities.remove(part));
      world.entities.remove(entity);
      rule?.gone?.(world, entity);
      leaveInterfaces(world, entity);
      break;
    default:
      entity.state = 'active';
      entity.reason = '';
  }
}

/** Network interfaces of what is gone are let go a little later. */
function leaveInterfaces(world: AccountState, entity: Entity): void {
  const linger = kindOf(entity.row).interfacesLingerSeconds ?? 0;
  if (linger === 0) return;
  const at = (paths: readonly string[]): string[] => paths.flatMap((path) => textsAt(entity.inputs, path));
  const inputs = {
    subnetIds: at(['subnetIds', 'subnets', 'vpcConfig.subnetIds']),
    securityGroupIds: at(['securityGroupIds', 'securityGroups', 'vpcConfig.securityGroupIds']),
  };
  const until = world.clock.now() + linger;
  world.spawn('ec2/networkInterface', inputs, `interfaces of ${entity.row} ${entity.id}`, { owner: entity, until });
}
