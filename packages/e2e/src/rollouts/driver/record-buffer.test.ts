import { RecordBuffer } from './record-buffer.js';

const record = { route: 'service', who: 'a', sentMs: 0, receivedMs: 1, status: 200 } as const;

function filled(limit: number, count: number): RecordBuffer {
  const buffer = new RecordBuffer(limit);
  for (let i = 0; i < count; i++) buffer.push(record);
  return buffer;
}

const numbers = (buffer: RecordBuffer, after: number, max = 100): number[] =>
  buffer.after(after, max).map(({ n }) => n);

it('gives what comes after the last record that was fetched', () => {
  const buffer = filled(10, 4);
  expect(numbers(buffer, 0, 3)).toEqual([1, 2, 3]);
  expect(numbers(buffer, 3)).toEqual([4]);
  expect(numbers(buffer, 4)).toEqual([]);
  buffer.push(record);
  expect(numbers(buffer, 4)).toEqual([5]);
});

it('gives the same again to who asks again, as an answer may be lost', () => {
  const buffer = filled(10, 4);
  expect(numbers(buffer, 2)).toEqual([3, 4]);
  expect(numbers(buffer, 2)).toEqual([3, 4]);
});

it('loses the oldest when nobody comes, and says how many', () => {
  const buffer = filled(3, 5);
  expect(numbers(buffer, 0)).toEqual([3, 4, 5]);
  expect(buffer.lost).toBe(2);
});
