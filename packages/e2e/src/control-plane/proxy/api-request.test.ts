import { describeKind, describeRequest, isCountedWrite, parseApiRequest, type ApiRequest } from './api-request.js';

const read = (method: string, url: string): ApiRequest => {
  const request = parseApiRequest(method, url);
  if (request === undefined) throw new Error(`${url} is a request to the API server`);
  return request;
};

describe('a request to the API server', () => {
  it.each([
    ['/api/v1/namespaces/n/pods/p', 'PATCH pods/p', 'n'],
    ['/api/v1/namespaces/n/pods?labelSelector=a', 'PATCH pods', 'n'],
    ['/apis/apps/v1/namespaces/n/deployments/d/scale', 'PATCH deployments/d/scale', 'n'],
    [
      '/apis/face-comparison.dev/v1alpha1/namespaces/n/facecomparisons/f/status?force=true',
      'PATCH facecomparisons/f/status',
      'n',
    ],
    ['/api/v1/namespaces/n', 'PATCH namespaces/n', undefined],
    ['/api/v1/nodes/x', 'PATCH nodes/x', undefined],
  ])('is read from %s', (url, text, namespace) => {
    const request = read('PATCH', url);
    expect(describeRequest(request)).toBe(text);
    expect(request.namespace).toBe(namespace);
  });

  it('is none where the path names no objects', () => {
    expect(parseApiRequest('GET', '/readyz')).toBeUndefined();
    expect(parseApiRequest('GET', '/apis/apps/v1')).toBeUndefined();
  });

  it('is told of without names, too, so that writes of different runs compare', () => {
    expect(describeKind(read('PATCH', '/api/v1/namespaces/n/pods/faces-1/status'))).toBe('PATCH pods/status');
  });

  it('counts as a write unless it reads, renews a lease or tells an Event', () => {
    const url = (resource: string): string => `/apis/g/v1/namespaces/n/${resource}/x`;
    expect(isCountedWrite(read('PATCH', url('configmaps')))).toBe(true);
    expect(isCountedWrite(read('DELETE', url('services')))).toBe(true);
    expect(isCountedWrite(read('GET', url('configmaps')))).toBe(false);
    expect(isCountedWrite(read('PUT', url('leases')))).toBe(false);
    expect(isCountedWrite(read('POST', url('events')))).toBe(false);
  });
});
