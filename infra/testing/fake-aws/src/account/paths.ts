const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every value at a path such as `vpcConfig.subnetIds` or `routes[].gatewayId`, lists taken apart. */
export function valuesAt(inputs: unknown, path: string): unknown[] {
  let found: unknown[] = [inputs];
  for (const key of path.replaceAll('[]', '').split('.')) {
    found = found.flat().map((value) => (isRecord(value) ? value[key] : undefined));
  }
  return found.flat().filter((value) => value !== undefined && value !== null);
}

/** The texts at a path; empty ones and other values are left out. */
export const textsAt = (inputs: unknown, path: string): string[] =>
  valuesAt(inputs, path).filter((value): value is string => typeof value === 'string' && value !== '');

/** The first text at a path, or an empty one. */
export const textAt = (inputs: unknown, path: string): string => textsAt(inputs, path)[0] ?? '';

/** The first number at a path. */
export const numberAt = (inputs: unknown, path: string): number | undefined =>
  valuesAt(inputs, path).find((value) => typeof value === 'number');

/** `defaults` with everything that `values` says; objects are merged, lists are not. */
export function merge(
  defaults: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(values)) {
    const before = merged[key];
    if (value === undefined) continue;
    merged[key] = isRecord(before) && isRecord(value) ? merge(before, value) : value;
  }
  return merged;
}

export { isRecord };
