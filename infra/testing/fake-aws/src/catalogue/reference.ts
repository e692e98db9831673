import type { Reference } from './kind.js';

/** The resource may be deleted while it is still named here. */
export const names = (at: string, to: string): Reference => ({ at, to });

/** While it is named here, deleting it is answered with `code`. */
export const holds = (at: string, to: string, code: string): Reference => ({ at, to, holds: code });

/** It is a part of what is named here, and gone when that is. */
export const partOf = (at: string, to: string): Reference => ({ at, to, partOf: true });

/** EC2's refusal. */
export const dependency = 'DependencyViolation';
