import type { KubeObject } from './objects.js';

declare const objectType: unique symbol;

/** Where objects of one type live in the API. */
export interface Resource<T extends KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Lower case, as in the path: `configmaps`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Only for the compiler. */
  readonly [objectType]?: T;
}

/**
 * Describes a resource.
 *
 * @example
 * ```ts
 * interface Widget extends KubeObject { spec: { size: number } }
 * const widgets = defineResource<Widget>({
 *   group: 'example.dev', version: 'v1', plural: 'widgets', kind: 'Widget', namespaced: true,
 * });
 * ```
 */
export function defineResource<T extends KubeObject>(resource: Omit<Resource<T>, typeof objectType>): Resource<T> {
  return resource;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(resource: Resource<KubeObject>): string {
  return resource.group ? `${resource.group}/${resource.version}` : resource.version;
}

/** `configmaps`, `deployments.apps`: as kubectl names a resource. */
export function resourceName(resource: Resource<KubeObject>): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}

/** The path of a collection, or of one object in it, or of a subresource of that. */
export function resourcePath(
  resource: Resource<KubeObject>,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const parts = [resource.group ? `/apis/${resource.group}` : '/api', resource.version];
  if (resource.namespaced && namespace) parts.push('namespaces', encodeURIComponent(namespace));
  parts.push(resource.plural);
  if (name !== undefined) {
    if (resource.namespaced && !namespace) {
      throw new TypeError(
        `${resourceName(resource)} ${name}: objects of this resource have a namespace, none was given`,
      );
    }
    parts.push(encodeURIComponent(name));
  }
  if (subresource) parts.push(subresource);
  return parts.join('/');
}
