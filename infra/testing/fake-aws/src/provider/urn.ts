/** The type token of a resource: the last of its parents' and its own. */
export const typeOf = (urn: string): string => urn.split('::')[2]?.split('$').at(-1) ?? '';

/** The logical name of a resource. */
export const nameOf = (urn: string): string => urn.split('::').slice(3).join('::');
