import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from '@face-comparison/client';
import { removeTemporaryFolders, temporaryFolder } from '../../test/kit/folder.js';
import type { InputFace } from './gallery-input.js';
import { isComplete, Journal, journalPath } from './journal.js';

afterAll(removeTemporaryFolders);

const HEADER = { from: '2.0.0', to: '2.1.0', embeddingSpace: '2222222222222222' };
const input = (line: number, digest = `digest ${line}`): InputFace => ({ line, digest, span: { offset: 0, bytes: 0 } });
const record = (id: string, embeddingSpace = HEADER.embeddingSpace): { id: string; face: string } => ({
  id,
  face: serialize({ vector: Float32Array.of(1, 0), modelVersion: HEADER.to, embeddingSpace }),
});
const idsOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { id: string }).id);
const ignore = (): void => undefined;

let output: string;
beforeEach(() => (output = join(temporaryFolder(), 'out.jsonl')));

describe('a journal', () => {
  it('gives the output in the order of the input, whole, at the end', async () => {
    const journal = await Journal.open(output, HEADER);
    await journal.add(input(2), record('b'));
    await journal.add(input(1), record('a'));
    expect(existsSync(output)).toBe(false);
    const lines: number[] = [];
    await journal.write(output, [input(1), input(2), input(3)], (line) => lines.push(line));
    await journal.leave();
    expect(idsOf(output)).toEqual(['a', 'b']);
    expect(lines).toEqual([1, 2]);
  });

  it('that was stopped goes on without what was torn, damaged or of another space', async () => {
    const first = await Journal.open(output, HEADER);
    await first.add(input(1), record('a'));
    await first.leave();
    const damaged = { line: 2, digest: 'digest 2', record: { id: 'b', face: record('b').face.slice(0, -3) } };
    const foreign = { line: 3, digest: 'digest 3', record: record('c', '3333333333333333') };
    const torn = JSON.stringify({ line: 4, digest: 'digest 4', record: record('d') }).slice(0, -9);
    appendFileSync(journalPath(output), `${JSON.stringify(damaged)}\n${JSON.stringify(foreign)}\n${torn}`);
    const second = await Journal.open(output, HEADER);
    expect([1, 2, 3, 4].map((line) => second.has(input(line)))).toEqual([true, false, false, false]);
    for (const [line, id] of [
      [4, 'd'],
      [2, 'b'],
      [3, 'c'],
    ] as const) {
      await second.add(input(line), record(id));
    }
    await second.write(
      output,
      [1, 2, 3, 4].map((line) => input(line)),
      ignore,
    );
    await second.leave();
    expect(idsOf(output)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not count what was done for a line that has changed', async () => {
    const journal = await Journal.open(output, HEADER);
    await journal.add(input(1), record('a'));
    expect(journal.has(input(1, 'another digest'))).toBe(false);
    await journal.write(output, [input(1, 'another digest')], ignore);
    await journal.leave();
    expect(idsOf(output)).toEqual([]);
  });

  it.each([
    ['to', '3.0.0'],
    ['embeddingSpace', '3333333333333333'],
  ])('of another migration is refused: %s', async (name, value) => {
    await (await Journal.open(output, HEADER)).leave();
    await expect(Journal.open(output, { ...HEADER, [name]: value })).rejects.toThrow(
      `${name} is ${HEADER[name as 'to']} there`,
    );
  });

  it('does not overwrite a file that it did not write', async () => {
    writeFileSync(output, 'mine');
    await expect(Journal.open(output, HEADER)).rejects.toThrow('is there already');
    expect(readFileSync(output, 'utf8')).toBe('mine');
    expect(existsSync(`${output}.lock`)).toBe(false);
  });

  it('that was stopped before its first line was whole begins anew', async () => {
    writeFileSync(journalPath(output), '{"journal":1,"fr');
    const journal = await Journal.open(output, HEADER);
    await journal.add(input(1), record('a'));
    await journal.leave();
    expect(readFileSync(journalPath(output), 'utf8').split('\n')[0]).toBe(JSON.stringify({ journal: 1, ...HEADER }));
  });

  it('that is complete says so, as long as neither file changes, and does not overwrite what was changed', async () => {
    const journal = await Journal.open(output, HEADER);
    await journal.add(input(1), record('a'));
    await journal.write(output, [input(1)], ignore);
    await journal.complete('in', 'out');
    const complete = (inputDigest: string, outputDigest: string): Promise<boolean> =>
      isComplete(output, HEADER, inputDigest, () => Promise.resolve(outputDigest));
    expect([await complete('in', 'out'), await complete('other', 'out'), await complete('in', 'other')]).toEqual([
      true,
      false,
      false,
    ]);
    await expect(Journal.open(output, HEADER)).rejects.toThrow('was complete');
  });
});
