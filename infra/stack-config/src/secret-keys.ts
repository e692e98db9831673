/**
 * The full names of the settings that hold a secret, as Pulumi's Node runner is told them; undefined where no runner told.
 * The SDK reads the same variable and does not export what it finds.
 */
export function secretKeys(): ReadonlySet<string> | undefined {
  const list = process.env['PULUMI_CONFIG_SECRET_KEYS'];
  if (list === undefined || list === '') {
    return undefined;
  }
  const keys: unknown = JSON.parse(list);
  return new Set(Array.isArray(keys) ? keys.map((key) => String(key).replace(/^([^:]+):config:/, '$1:')) : []);
}
