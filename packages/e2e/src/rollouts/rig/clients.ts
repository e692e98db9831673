import { createHash } from 'node:crypto';
import type { DriverClient } from '../driver/protocol.js';

/** Where a client lies between 0 and 100: below the weight of a canary it is answered by the canary. As the server has it. */
export function bucketOf(name: string): number {
  return (createHash('sha256').update(`client:${name}`).digest().readUInt32LE(0) / 2 ** 32) * 100;
}

/** Has no divisor in common with 100, so that turns by it reach everybody, and any few in a row lie all over the range. */
const STRIDE = 61;

/**
 * A hundred clients, one in each percent of the range, in an order in which any stretch is spread over all of it. So a
 * short time shows the weight of a canary as a long one does with clients at random, and what is off is not chance.
 */
export function evenClients(): readonly DriverClient[] {
  const byPercent = new Map<number, DriverClient>();
  for (let i = 0; byPercent.size < 100; i++) {
    const name = `client-${i}`;
    const percent = Math.floor(bucketOf(name));
    if (!byPercent.has(percent)) byPercent.set(percent, clientOf(name));
  }
  return Array.from({ length: 100 }, (_, turn) => byPercent.get((turn * STRIDE) % 100) ?? clientOf(`client-${turn}`));
}

/** A client with a key of its own. The keys guard nothing: they are for a namespace that lives some minutes. */
export function clientOf(name: string): DriverClient {
  return { name, key: createHash('sha256').update(`key of ${name}`).digest('hex').slice(0, 32) };
}

/** The keys file of the server for these clients. */
export function keysFileOf(clients: readonly DriverClient[]): string {
  return JSON.stringify({ clients: clients.map(({ name, key }) => ({ name, key })) });
}
