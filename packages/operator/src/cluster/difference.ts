/**
 * Whether all that is wanted is there already. What the server or others have added does not count: members that are not in
 * `wanted` are not looked at. Lists must have the same length, for what is no longer in one must go.
 */
export function holds(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) && wanted.length === found.length && wanted.every((item, index) => holds(item, found[index]))
    );
  }
  if (isRecord(wanted)) {
    // An empty object is often not stored at all.
    const there = found ?? {};
    return isRecord(there) && Object.entries(wanted).every(([key, value]) => holds(value, there[key]));
  }
  return wanted === undefined || wanted === found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
