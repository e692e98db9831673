/** What a request to the API server is about. */
export interface ApiRequest {
  readonly method: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** Reads a request's path: `/api/v1/...` or `/apis/GROUP/VERSION/...`; undefined for anything else. */
export function parseApiRequest(method: string, url: string): ApiRequest | undefined {
  const parts = (url.split('?')[0] ?? '').split('/').filter((part) => part !== '');
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  const isScoped = rest[0] === 'namespaces' && rest.length > 2;
  const [resource, name, subresource] = isScoped ? rest.slice(2) : rest;
  if (resource === undefined) return undefined;
  return { method, resource, namespace: isScoped ? rest[1] : undefined, name, subresource };
}

/**
 * Whether it is a write that counts: one that changes what the operator is responsible for. Leases are renewed whatever
 * happens, and Events are only told.
 */
export function isCountedWrite({ method, resource }: ApiRequest): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && resource !== 'leases' && resource !== 'events';
}

/** Such as `PATCH facecomparisons/faces/status`. */
export function describeRequest({ method, resource, name, subresource }: ApiRequest): string {
  return `${method} ${[resource, name, subresource].filter((part) => part !== undefined).join('/')}`;
}

/** The same for all objects of a kind, such as `PATCH facecomparisons/status`. */
export function describeKind(request: ApiRequest): string {
  return describeRequest({ ...request, name: undefined });
}
