import { createHash } from 'node:crypto';
import { JsonEncodingError } from '@face-comparison/bundle';
import type { FastifyRequest } from 'fastify';
import { OPERATIONS, type OperationId, ProblemError } from '@face-comparison/contract';
import { jsonText } from '../json-text.js';

/** A client that has a key. */
export interface Client {
  readonly name: string;
  /** What it may call; everything unless given. */
  readonly operations: readonly OperationId[] | undefined;
  /** Requests a second; the service's own limit unless given. */
  readonly requestsPerSecond: number | undefined;
}

/** A keys file that cannot be used. */
export class KeysError extends Error {
  override readonly name = 'KeysError';
}

/** Keys by the sha256 of the key, so that looking one up tells nothing about it by its time. */
export type Keys = ReadonlyMap<string, Client>;

const digest = (key: string): string => createHash('sha256').update(key).digest('hex');

/**
 * Reads a keys file:
 * `{"clients": [{"name": "check-in", "sha256": "…" or "key": "…", "operations": ["analyzeFaces"], "requestsPerSecond": 5}]}`
 * @throws KeysError naming what is wrong, never a key
 */
export function parseKeys(content: string | Buffer): Keys {
  let file: unknown;
  try {
    file = JSON.parse(jsonText(content));
  } catch (error) {
    // What JSON.parse says may quote a key.
    throw new KeysError(`the keys file is not JSON${error instanceof JsonEncodingError ? `: ${error.message}` : ''}`);
  }
  const clients = isObject(file) ? file['clients'] : undefined;
  if (!Array.isArray(clients)) throw new KeysError('the keys file must be an object with a list "clients"');
  const keys = new Map<string, Client>();
  for (const [index, entry] of clients.entries()) {
    const [hash, client] = parseClient(entry, `clients[${index}]`);
    if (keys.has(hash)) throw new KeysError(`clients[${index}] (${client.name}) has the key of another client`);
    keys.set(hash, client);
  }
  return keys;
}

function parseClient(entry: unknown, where: string): [string, Client] {
  if (!isObject(entry)) throw new KeysError(`${where} must be an object`);
  const { name, key, sha256, operations, requestsPerSecond, ...rest } = entry;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw new KeysError(`${where} has an unknown field "${stranger}"`);
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    throw new KeysError(`${where}.name must be 1 to 63 letters, digits, dots, hyphens or underscores`);
  }
  if (
    typeof key === 'string'
      ? sha256 !== undefined || key.length < 16
      : typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)
  ) {
    throw new KeysError(
      `${where} (${name}) must have either a "key" of at least 16 characters or its "sha256" as 64 lower-case hex digits`,
    );
  }
  if (operations !== undefined && !(Array.isArray(operations) && operations.every(isOperation))) {
    throw new KeysError(`${where}.operations must be a list of ${Object.keys(OPERATIONS).join(', ')}`);
  }
  if (requestsPerSecond !== undefined && !(typeof requestsPerSecond === 'number' && requestsPerSecond > 0)) {
    throw new KeysError(`${where}.requestsPerSecond must be a number above 0`);
  }
  return [typeof key === 'string' ? digest(key) : String(sha256), { name, operations, requestsPerSecond }];
}

function isOperation(value: unknown): value is OperationId {
  return typeof value === 'string' && Object.hasOwn(OPERATIONS, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whose request it is.
 * @throws ProblemError `unauthorized` without a known key, `forbidden` when the key does not allow the call
 */
export function authenticate(request: FastifyRequest, operation: OperationId, keys: Keys): Client {
  const presented = presentedKey(request);
  if (presented === undefined) {
    throw new ProblemError(
      'unauthorized',
      'a key is needed: send it as "Authorization: Bearer KEY" or "X-Api-Key: KEY"',
    );
  }
  const client = keys.get(digest(presented));
  if (client === undefined) throw new ProblemError('unauthorized', 'the key is not known');
  if (client.operations !== undefined && !client.operations.includes(operation)) {
    throw new ProblemError('forbidden', `the key of client "${client.name}" does not allow ${operation}`);
  }
  return client;
}

function presentedKey(request: FastifyRequest): string | undefined {
  const apiKey = request.headers['x-api-key'];
  if (typeof apiKey === 'string') return apiKey;
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}
