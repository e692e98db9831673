import { withoutPrefix } from './path-prefix.js';

describe('a prefix of paths', () => {
  it.each([
    ['/api/compare', '/compare'],
    ['/api/v2/models/default?x=/api/', '/v2/models/default?x=/api/'],
    ['/api', '/'],
    ['/api?model=lite', '/?model=lite'],
    ['/compare', '/compare'],
    ['/apian/compare', '/apian/compare'],
    ['/v2/api/compare', '/v2/api/compare'],
    ['/', '/'],
  ])('leads %s to %s', (url, path) => {
    expect(withoutPrefix('/api')({ url })).toBe(path);
  });
});
