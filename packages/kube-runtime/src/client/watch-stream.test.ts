import fc from 'fast-check';
import { linesOf, parseWatchEvent } from './watch-stream.js';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield await Promise.resolve(bytes.subarray(from, cut));
    from = Math.max(from, cut);
  }
  yield bytes.subarray(from);
}

describe('the lines of a watch', () => {
  it('are whole wherever the network cuts them, inside a character too', async () => {
    const text = ['{"a":"ü€😀"}', '{"b":1}', '{"c":[]}'];
    const bytes = new TextEncoder().encode(text.map((line) => `${line}\n`).join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const lines: string[] = [];
        for await (const line of linesOf(chunksOf(bytes, cuts))) lines.push(line);
        expect(lines).toEqual(text);
      }),
    );
  });

  it('do not show one that was broken off', async () => {
    const lines: string[] = [];
    for await (const line of linesOf(chunksOf(new TextEncoder().encode('{"a":1}\n{"b"'), []))) lines.push(line);
    expect(lines).toEqual(['{"a":1}']);
  });
});

describe('an event of a watch', () => {
  it('has a type and an object', () => {
    expect(parseWatchEvent('watch', '{"type":"ADDED","object":{"kind":"Pod"}}')).toEqual({
      type: 'ADDED',
      object: { kind: 'Pod' },
    });
  });

  it('that is an ERROR is thrown with the status inside', () => {
    const line = '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}';
    expect(() => parseWatchEvent('watch pods', line)).toThrow('watch pods: 410 Expired: too old');
  });

  it.each([
    '{}',
    '[]',
    'null',
    '1',
    '{"type":"ADDED"}',
    '{"type":"NEW","object":{}}',
    '{"type":"ADDED","object":null}',
  ])('is not %s', (line) => {
    expect(() => parseWatchEvent('watch pods', line)).toThrow('watch pods: 500');
  });
});
