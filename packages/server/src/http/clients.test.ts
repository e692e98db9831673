import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { authenticate, KeysError, parseKeys } from './clients.js';
import { ProblemError } from '@face-comparison/contract';

const KEY = 'a-key-of-24-characters-1';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const file = (...clients: unknown[]): string => JSON.stringify({ clients });

function requestWith(headers: Readonly<Record<string, string>>): FastifyRequest {
  return { headers } as unknown as FastifyRequest;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  return 'none';
}

describe('parseKeys', () => {
  it('reads keys and digests of keys', () => {
    const keys = parseKeys(
      file(
        { name: 'door', key: KEY, operations: ['analyzeFaces'], requestsPerSecond: 0.5 },
        { name: 'clerk', sha256: sha256('another') },
      ),
    );
    expect(keys.get(sha256(KEY))).toEqual({ name: 'door', operations: ['analyzeFaces'], requestsPerSecond: 0.5 });
    expect(keys.get(sha256('another'))).toEqual({ name: 'clerk', operations: undefined, requestsPerSecond: undefined });
  });

  it('reads a file with a byte order mark, and names the encoding of one that is not UTF-8', () => {
    const text = `\ufeff${file({ name: 'a', key: KEY })}`;
    expect(parseKeys(Buffer.from(text)).size).toBe(1);
    expect(() => parseKeys(Buffer.from(text, 'utf16le').swap16())).toThrow(
      new KeysError('the keys file is not JSON: expected JSON in UTF-8, got UTF-16BE'),
    );
  });

  it('lets a client have two keys, as it needs to change them', () => {
    expect(parseKeys(file({ name: 'a', key: KEY }, { name: 'a', key: `${KEY}-new` })).size).toBe(2);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', `{"clients": [{"key": "${KEY}"`, /not JSON/],
    ['no list', '{}', /list "clients"/],
    ['a client that is no object', file('door'), /clients\[0\] must be an object/],
    ['an unknown field', file({ name: 'a', key: KEY, rate: 1 }), /unknown field "rate"/],
    ['a name that would break a log', file({ name: 'a b', key: KEY }), /clients\[0\]\.name/],
    ['a short key', file({ name: 'a', key: 'short' }), /16 characters/],
    ['a key and a digest', file({ name: 'a', key: KEY, sha256: sha256(KEY) }), /either/],
    ['neither', file({ name: 'a' }), /either/],
    [
      'an unknown call',
      file({ name: 'a', key: KEY, operations: ['dance'] }),
      /operations must be a list of analyzeFaces/,
    ],
    ['a call of the prototype', file({ name: 'a', key: KEY, operations: ['constructor'] }), /operations/],
    ['a rate of 0', file({ name: 'a', key: KEY, requestsPerSecond: 0 }), /above 0/],
    ['a key twice', file({ name: 'a', key: KEY }, { name: 'b', sha256: sha256(KEY) }), /clients\[1\] \(b\)/],
  ])('refuses a file with %s, and never repeats a key', (_what, text, message) => {
    expect(() => parseKeys(text)).toThrow(KeysError);
    expect(() => parseKeys(text)).toThrow(message);
    expect(() => parseKeys(text)).not.toThrow(new RegExp(`${KEY}|short`));
  });
});

describe('authenticate', () => {
  const keys = parseKeys(file({ name: 'door', key: KEY, operations: ['analyzeFaces'] }));

  it.each<[string, Record<string, string>]>([
    ['Authorization: Bearer', { authorization: `Bearer ${KEY}` }],
    ['Authorization: bearer, with spaces', { authorization: `bearer   ${KEY} ` }],
    ['X-Api-Key', { 'x-api-key': KEY }],
  ])('knows a client by %s', (_how, headers) => {
    expect(authenticate(requestWith(headers), 'analyzeFaces', keys).name).toBe('door');
  });

  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['another scheme', { authorization: `Basic ${KEY}` }],
    ['an unknown key', { 'x-api-key': `${KEY}x` }],
    ['the digest of a key', { 'x-api-key': sha256(KEY) }],
    ['an empty key', { 'x-api-key': '' }],
  ])('is unauthorized with %s', (_how, headers) => {
    expect(codeOf(() => authenticate(requestWith(headers), 'analyzeFaces', keys))).toBe('unauthorized');
  });

  it('is forbidden for a call that the key does not allow', () => {
    expect(codeOf(() => authenticate(requestWith({ 'x-api-key': KEY }), 'compareFaces', keys))).toBe('forbidden');
  });
});
