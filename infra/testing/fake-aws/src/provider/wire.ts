import structpb from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Props } from '../catalogue/kind.js';
import { isRecord } from '../account/paths.js';

/** Stands for a value that is not known before an operation ran (pulumi sdk/go/common/resource/plugin/rpc.go). */
export const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const signatureKey = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

type Plain = Parameters<typeof structpb.Value.fromJavaScript>[0];

/** JSON values, without what JSON leaves out. */
function plain(value: unknown): Plain {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.map(plain);
  return isRecord(value) ? plainObject(value) : null;
}

function plainObject(value: Props): Record<string, Plain> {
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, plain(item)]));
}

export const toStruct = (props: Props): structpb.Struct => structpb.Struct.fromJavaScript(plainObject(props));
export const fromStruct = (struct: structpb.Struct | undefined): Props => struct?.toJavaScript() ?? {};

const isSecret = (value: unknown): value is { readonly value: unknown } =>
  isRecord(value) && value[signatureKey] === secretSignature;

export const asSecret = (value: unknown): Props => ({ [signatureKey]: secretSignature, value });

/** The value with every secret in clear, as AWS receives it. */
export function reveal(value: unknown): unknown {
  if (isSecret(value)) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  return isRecord(value) ? revealAll(value) : value;
}

export const revealAll = (props: Props): Props =>
  Object.fromEntries(Object.entries(props).map(([key, value]) => [key, reveal(value)]));

/** Keys whose values are or hold secrets. */
export const secretKeys = (props: Props): string[] => Object.keys(props).filter((key) => holdsSecret(props[key]));

const holdsSecret = (value: unknown): boolean =>
  isSecret(value) || (Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []).some(holdsSecret);

/** Marks the values of these keys as secrets, once. */
export function markSecrets(props: Props, keys: readonly string[]): Props {
  const marked = keys.filter((key) => props[key] !== undefined && !isSecret(props[key]));
  return { ...props, ...Object.fromEntries(marked.map((key) => [key, asSecret(props[key])])) };
}

export const isUnknown = (value: unknown): boolean => value === unknownValue;
