import { ERROR_CODES, isErrorCode } from './errors.js';
import { isJsonObject, toJsonObject } from './json.js';
import { OPERATIONS, type Operation } from './operations.js';

const operations: [string, Operation][] = Object.entries(OPERATIONS);

describe('the operations', () => {
  it('name each code of the error table at least once, and only such codes, each once', () => {
    const named = new Set(operations.flatMap(([, { errors }]) => errors));
    expect([...named].sort()).toEqual([...ERROR_CODES].sort());
    for (const [, { errors }] of operations) {
      expect(errors.every(isErrorCode)).toBe(true);
      expect(new Set(errors).size).toBe(errors.length);
    }
  });

  it('have each method and path once', () => {
    const calls = operations.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(calls).size).toBe(calls.length);
  });

  it.each(operations)('%s describes exactly the parameters that its path has', (_, { path, pathParams }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const { properties = {} } = toJsonObject(pathParams ?? {});
    expect(Object.keys(isJsonObject(properties) ? properties : {})).toEqual(inPath);
  });

  it('with a model behind them can be pinned to a version', () => {
    for (const [, { inference, requestHeaders }] of operations) {
      expect(requestHeaders.includes('modelVersion')).toBe(inference);
    }
  });
});
