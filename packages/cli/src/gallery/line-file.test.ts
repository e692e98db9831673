import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { removeTemporaryFolders, temporaryFolder } from '../../test/kit/folder.js';
import { AppendFile, claim, readLines, replaceFile, SpanReader, type Line } from './line-file.js';

afterAll(removeTemporaryFolders);

async function linesOf(path: string): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

describe('the lines of a file', () => {
  const path = join(temporaryFolder(), 'lines');

  it('are what was written, wherever chunks end, and each is found again where it is said to be', async () => {
    const text = fc.stringMatching(/^[a-zäöü€]{0,12}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 30 }), fc.boolean(), async (texts, isEnded) => {
        writeFileSync(path, texts.map((line, i) => `${line}${i < texts.length - 1 || isEnded ? '\n' : ''}`).join(''));
        const lines = await linesOf(path);
        const expected = isEnded || texts.at(-1) !== '' ? texts : texts.slice(0, -1);
        expect(lines.map((line) => line.text)).toEqual(expected);
        expect(lines.map(({ number }) => number)).toEqual(expected.map((_, i) => i + 1));
        const reader = await SpanReader.open(path);
        for (const { span, text: line, isWhole } of lines) {
          expect(await reader.read(span)).toBe(`${line}${isWhole ? '\n' : ''}`);
        }
        await reader.close();
      }),
      { numRuns: 50 },
    );
  });

  it('leave out a byte order mark, and are found behind it', async () => {
    writeFileSync(path, '\ufeff{"a":1}\r\n{"b":2}\n');
    const lines = await linesOf(path);
    expect(lines.map(({ text }) => text)).toEqual(['{"a":1}', '{"b":2}']);
    const reader = await SpanReader.open(path);
    expect(await Promise.all(lines.map(({ span }) => reader.read(span)))).toEqual(['{"a":1}\r\n', '{"b":2}\n']);
    await reader.close();
    writeFileSync(path, '\ufeff');
    expect(await linesOf(path)).toEqual([]);
  });

  it.each([
    ['UTF-16LE', Buffer.from('{"a":1}\n', 'utf16le')],
    ['UTF-16LE', Buffer.from('\ufeff{"a":1}\n', 'utf16le')],
    ['UTF-16BE', Buffer.from('{"a":1}\n', 'utf16le').swap16()],
    ['UTF-16BE', Buffer.from('\ufeff{"a":1}\n', 'utf16le').swap16()],
  ])('are not read in %s, which is named', async (encoding, bytes) => {
    writeFileSync(path, bytes);
    await expect(linesOf(path)).rejects.toThrow(`${path}: expected JSON in UTF-8, got ${encoding}.`);
  });

  it('may be longer than a chunk', async () => {
    writeFileSync(path, `${'a'.repeat(600_000)}\nb\n${'ä'.repeat(300_000)}`);
    expect((await linesOf(path)).map(({ text, isWhole }) => [text.length, isWhole])).toEqual([
      [600_000, true],
      [1, true],
      [300_000, false],
    ]);
  });
});

describe('a file that grows', () => {
  it('loses what was not finished, and has every append where it is said to be', async () => {
    const path = join(temporaryFolder(), 'grows');
    writeFileSync(path, 'whole\ntor');
    const file = await AppendFile.open(path, 6);
    const spans = await Promise.all(['one\n', 'zwölf\n', 'three\n'].map((text) => file.append(text)));
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('whole\none\nzwölf\nthree\n');
    const reader = await SpanReader.open(path);
    expect(await reader.read(spans[1] ?? { offset: 0, bytes: 0 })).toBe('zwölf\n');
    await reader.close();
  });
});

describe('a file that is replaced', () => {
  it('is the old one until the new one is whole, and stays when the writer fails', async () => {
    const path = join(temporaryFolder(), 'replaced');
    writeFileSync(path, 'old');
    const failing = replaceFile(path, async (append) => {
      await append('new');
      expect(readFileSync(path, 'utf8')).toBe('old');
      throw new Error('full');
    });
    await expect(failing).rejects.toThrow('full');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(existsSync(`${path}.next`)).toBe(false);
    await replaceFile(path, (append) => append('new'));
    expect(readFileSync(path, 'utf8')).toBe('new');
  });
});

describe('a claimed file', () => {
  it('cannot be claimed by another process that lives', async () => {
    const path = join(temporaryFolder(), 'claimed');
    writeFileSync(`${path}.lock`, String(process.ppid));
    await expect(claim(path)).rejects.toThrow(`process ${process.ppid}) is writing`);
  });

  it('can be claimed when its owner was killed, and after it was given back', async () => {
    const path = join(temporaryFolder(), 'claimed');
    // No system has so many processes.
    writeFileSync(`${path}.lock`, '999999999');
    const release = await claim(path);
    await release();
    await (
      await claim(path)
    )();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('says so when its folder cannot be written', async () => {
    await expect(claim(join(temporaryFolder(), 'no/such/folder'))).rejects.toThrow('cannot be written');
  });
});
