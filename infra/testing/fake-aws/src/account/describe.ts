import { createHash } from 'node:crypto';
import { kindOf } from '../catalogue/catalogue.js';
import type { Draft, Props } from '../catalogue/kind.js';
import type { Entity } from './entity.js';
import { isRecord, merge, textAt } from './paths.js';

/** What a resource is made of. */
export interface Request {
  readonly row: string;
  readonly inputs: Props;
  /** Tags that the provider adds to those of the inputs. */
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly region: string;
  readonly account: string;
}

export type Identity = Pick<Entity, 'id' | 'arn' | 'name' | 'digits'>;

/** 17 hexadecimal digits, as AWS's ids have. The same seed gives the same. */
export const digitsOf = (seed: string): string => createHash('sha1').update(seed).digest('hex').slice(0, 17);

/** Gives a new resource its digits, name, id and ARN. */
export function identify({ row, inputs, region, account }: Request, seed: string): Identity {
  const kind = kindOf(row);
  const digits = digitsOf(seed);
  const name = textAt(inputs, kind.autoname ?? 'name');
  const uuid = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(1, 4)}-8${digits.slice(4, 7)}-${digits.slice(0, 12)}`;
  const fill = (template: string, known: Props): string =>
    template
      .replace(/\*(\d*)/g, (_, length: string) => digits.slice(0, length === '' ? 17 : Number(length)))
      .replace(
        /\{([\w.]+)\}/g,
        (_, key: string) => textAt(known, key) || textAt(inputs, key) || (key === 'path' ? '/' : ''),
      );
  const listener = textAt(inputs, 'loadBalancerArn').replace(':loadbalancer/', ':listener/');
  const known = { name, digits, uuid, region, account, loadBalancerListener: listener };
  // An ARN has the id in it, or the id is the ARN: never both.
  const id = kind.id === '{arn}' ? '' : fill(kind.id, known);
  const arn = kind.arn === undefined ? '' : fill(kind.arn, { ...known, id });
  return { id: id === '' ? arn : id, arn, name, digits };
}

/** What AWS says of a resource: its inputs, and what it adds. */
export function outputsOf(request: Request, identity: Identity): Props {
  const kind = kindOf(request.row);
  const { __defaults, ...inputs } = request.inputs;
  const draft: Draft = { ...identity, inputs, region: request.region, account: request.account };
  const own: Props = { id: identity.id, ...(identity.arn === '' ? {} : { arn: identity.arn }), region: request.region };
  const named: Props = kind.autoname === undefined ? {} : { [kind.autoname]: identity.name };
  return { ...merge(kind.outputs?.(draft) ?? {}, inputs), ...named, ...own, tagsAll: tagsOf(request) };
}

/** The tags of the inputs over those of the provider. */
export function tagsOf({ inputs, defaultTags }: Pick<Request, 'inputs' | 'defaultTags'>): Record<string, string> {
  const own = isRecord(inputs['tags']) ? inputs['tags'] : {};
  return Object.fromEntries(
    Object.entries({ ...defaultTags, ...own }).filter((tag): tag is [string, string] => typeof tag[1] === 'string'),
  );
}
