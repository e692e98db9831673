import { kindOf } from '../catalogue/catalogue.js';
import type { Props } from '../catalogue/kind.js';
import { rules } from '../rules/rules.js';
import { AwsError } from '../account/aws-error.js';
import type { Entity } from '../account/entity.js';
import { notFoundCode } from '../account/not-found.js';
import { textsAt } from '../account/paths.js';
import { same } from '../account/same.js';
import type { AccountState } from '../account/account-state.js';

/** Names of these services are the same in all regions. */
const isGlobal = (row: string): boolean => row.startsWith('iam/') || row.startsWith('s3/');

/** @throws AwsError when the account does not take a new resource: its name is taken, there are too many, or it is not in order. */
export function admit(world: AccountState, entity: Entity): void {
  const others = world.entities.of(entity.row);
  const twin = others.find((other) => isTwin(other, entity));
  // The one setting of an account is written over, whoever made it.
  if (twin && entity.row !== 'apigateway/account') {
    const message = `${entity.row} ${entity.name || entity.id} already exists${twin.state === 'deleting' ? ' and is being deleted' : ''}`;
    throw new AwsError(kindOf(entity.row).unique?.code ?? 'ResourceAlreadyExistsException', message);
  }
  world.quotas.check(entity.row, others.length);
  inputsExist(world, entity.row, entity.inputs);
  rules[entity.row]?.admit?.(world, entity);
}

function isTwin(other: Entity, entity: Entity): boolean {
  const by = kindOf(entity.row).unique?.by;
  if (!by) return other.id === entity.id;
  const near = isGlobal(entity.row) || other.region === entity.region;
  return near && by.every((key) => same(other.inputs[key], entity.inputs[key]));
}

/** @throws AwsError when an input names what does not exist or is being deleted. */
export function inputsExist(world: AccountState, row: string, inputs: Props): void {
  for (const { at, to } of kindOf(row).references ?? []) {
    for (const value of textsAt(inputs, at)) {
      // Policies that AWS manages are in every account.
      if (/^arn:aws[\w-]*:iam::aws:/.test(value)) continue;
      const target = world.entities.find(to, value);
      if (!target) throw new AwsError(notFoundCode(to), `The ${to} '${value}' does not exist`);
      if (target.state === 'deleting') throw new AwsError('IncorrectState', `The ${to} '${value}' is being deleted`);
    }
  }
}

/** AWS's refusal to delete a resource, with how long the provider repeats the call; undefined when it may go. */
export function refusalToDelete(world: AccountState, entity: Entity): AwsError | undefined {
  const retrySeconds = kindOf(entity.row).deleteRetrySeconds ?? 0;
  const ruled = rules[entity.row]?.keep?.(world, entity);
  if (ruled) return ruled.repeatedFor(retrySeconds);
  const holder = world.entities.holder(entity);
  if (!holder) return undefined;
  const { entity: other, code } = holder;
  const message = `The ${entity.row} '${entity.id}' has dependencies and cannot be deleted: ${other.row} ${other.id} (${other.origin})`;
  return new AwsError(code, message, { retrySeconds });
}

/** @throws AwsError while it is being made or changed. The provider waits for that. */
export function mustBeIdle({ row, id, state }: Entity): void {
  if (state !== 'creating' && state !== 'updating') return;
  throw new AwsError('ResourceInUseException', `${row} ${id} has an operation in progress`, { retrySeconds: 3600 });
}

/** @throws AwsError for what failed and no update heals. */
export function mustBeHealable({ row, id, state, reason }: Entity): void {
  if (state !== 'failed' || kindOf(row).failsForGood !== true) return;
  throw new AwsError(
    'InvalidRequestException',
    `${row} ${id} is not active and cannot be updated, only deleted: ${reason}. Replace it: pulumi up --replace URN`,
  );
}
