import { createHash } from 'node:crypto';
import { kindOf, rowOf } from '../catalogue/catalogue.js';
import type { Props } from '../catalogue/kind.js';
import { sdkSchema } from '../catalogue/sdk-schema.js';
import { isUnknown, reveal } from './wire.js';
import { nameOf } from './urn.js';

/** A property that the provider refuses before anything is sent. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: Props;
  readonly failures: readonly Failure[];
}

/**
 * What pulumi-aws does before a preview: fills in the name, and refuses what the SDK does not know or what AWS does not take.
 *
 * A name that was made up is listed in `__defaults`, as the Terraform bridge does: it is kept on the next run, and a new one is made
 * when the resource is replaced (the engine then sends no old inputs).
 */
export function checkInputs(type: string, urn: string, olds: Props, news: Props, seed: Uint8Array): Checked {
  const kind = kindOf(type);
  const { __defaults, ...given } = news;
  const inputs: Props = { ...given, __defaults: [], ...autonamed(kind.autoname, urn, olds, given, seed) };
  const failures = [...unknownInputs(type, given), ...missingInputs(type, inputs), ...wrongName(kind, inputs)];
  return { inputs, failures };
}

function autonamed(key: string | undefined, urn: string, olds: Props, news: Props, seed: Uint8Array): Props {
  if (key === undefined || news[key] !== undefined || news[`${key}Prefix`] !== undefined) return {};
  const kept = Array.isArray(olds['__defaults']) && olds['__defaults'].includes(key) ? olds[key] : undefined;
  const suffix = createHash('sha1').update(seed).update(urn).digest('hex').slice(0, 7);
  // A repository's name and a bucket's have no upper case.
  const lower = key === 'bucket' || urn.includes('aws:ecr/');
  const name = `${lower ? nameOf(urn).toLowerCase() : nameOf(urn)}-${suffix}`;
  return { [key]: kept ?? name, __defaults: [key] };
}

function unknownInputs(type: string, news: Props): Failure[] {
  const schema = sdkSchema(rowOf(type));
  if (!schema) return [];
  return Object.keys(news)
    .filter((key) => !schema.inputs.has(key))
    .map((property) => ({ property, reason: `An argument named "${property}" is not expected here` }));
}

function missingInputs(type: string, inputs: Props): Failure[] {
  const required = [...(sdkSchema(rowOf(type))?.required ?? [])];
  return required
    .filter((key) => inputs[key] === undefined || inputs[key] === null)
    .map((property) => ({
      property,
      reason: `Missing required argument: the argument "${property}" is required, but no definition was found`,
    }));
}

function wrongName(kind: ReturnType<typeof kindOf>, inputs: Props): Failure[] {
  const key = kind.autoname;
  if (key === undefined || !kind.nameRule) return [];
  const name = reveal(inputs[key]);
  if (typeof name !== 'string' || isUnknown(name) || kind.nameRule.pattern.test(name)) return [];
  return [{ property: key, reason: `invalid value for ${key} "${name}": expected ${kind.nameRule.says}` }];
}
