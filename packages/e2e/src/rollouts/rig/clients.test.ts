import { bucketOf, clientOf, evenClients, keysFileOf } from './clients.js';

const clients = evenClients();

const shareBelow = (weight: number, some: readonly { readonly name: string }[]): number =>
  some.filter(({ name }) => bucketOf(name) < weight).length / some.length;

it('puts a client where the server puts it', () => {
  expect(bucketOf('check-in')).toBeCloseTo(42.78808499220759, 10);
});

it('has each client once, and one for each percent', () => {
  expect(new Set(clients.map(({ name }) => name)).size).toBe(100);
  for (let weight = 1; weight <= 100; weight++) expect(shareBelow(weight, clients)).toBeCloseTo(weight / 100, 10);
});

it.each([5, 10, 20, 50])('shows a weight of %d %% within 4 points in any 40 turns', (weight) => {
  for (let first = 0; first < 100; first++) {
    const stretch = [...clients, ...clients].slice(first, first + 40);
    expect(Math.abs(shareBelow(weight, stretch) - weight / 100)).toBeLessThan(0.04);
  }
});

it('gives keys that the server takes', () => {
  const { key } = clientOf('a');
  expect(key.length).toBeGreaterThanOrEqual(16);
  expect(JSON.parse(keysFileOf([clientOf('a')]))).toEqual({ clients: [{ name: 'a', key }] });
});
