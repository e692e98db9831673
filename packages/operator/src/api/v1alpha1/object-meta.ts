import type { V1ObjectMeta } from '@kubernetes/client-node';

/** Metadata of an object that the API server gave us: it has a name and a namespace. */
export type ObjectMeta = V1ObjectMeta & { name: string; namespace: string };
