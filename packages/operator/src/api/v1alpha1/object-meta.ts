import type { ObjectMeta as AnyObjectMeta } from '@face-comparison/kube-runtime';

/** Metadata of an object that the API server gave us: it has a name and a namespace. */
export type ObjectMeta = AnyObjectMeta & { name: string; namespace: string };
