import { specialSecretSig, specialSigKey } from '@pulumi/pulumi/runtime/rpc.js';

/** Whether a value of the wire format is a secret or holds one. */
export function hasSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return isSecretValue(value) || Object.values(value).some((member: unknown) => hasSecret(member));
}

/** The value without the marks of secrets. */
export function clearOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => clearOf(item));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (isSecretValue(value)) {
    return clearOf(value.value);
  }
  // Assets and archives stay what they are.
  return Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clearOf(member)]))
    : value;
}

function isSecretValue(value: object): value is { value: unknown } {
  return Object.entries(value).some(([key, mark]) => key === specialSigKey && mark === specialSecretSig);
}
