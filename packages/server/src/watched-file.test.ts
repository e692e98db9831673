import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../test/kit/until.js';
import { WatchedFile } from './watched-file.js';

let folder: string;
let path: string;
let seen: string[];
let watched: WatchedFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watched-'));
  path = join(folder, 'file');
  seen = [];
  watched = new WatchedFile(
    path,
    (content) => seen.push(content.toString()),
    () => seen.push('unreadable'),
  );
});

afterEach(() => {
  watched.stop();
  rmSync(folder, { recursive: true });
});

/** Replaces the file at once: nobody reads half of it. */
function write(content: string): void {
  writeFileSync(`${path}.next`, content);
  renameSync(`${path}.next`, path);
}

const untilSeen = (count: number): Promise<boolean> => until(`${count} reports`, () => seen.length >= count);

it('reports the content at once, and each new content', async () => {
  write('one');
  await watched.start();
  expect(seen).toEqual(['one']);
  write('two');
  await untilSeen(2);
  expect(seen).toEqual(['one', 'two']);
});

it('reports once that a file cannot be read, and its content when it can be again', async () => {
  await watched.start();
  expect(seen).toEqual(['unreadable']);
  write('one');
  await untilSeen(2);
  rmSync(path);
  await untilSeen(3);
  write('one');
  await untilSeen(4);
  expect(seen).toEqual(['unreadable', 'one', 'unreadable', 'one']);
});

it('reports nothing more once it is stopped', async () => {
  write('one');
  await watched.start();
  watched.stop();
  write('two');
  const other = new WatchedFile(
    path,
    (content) => seen.push(`other: ${content.toString()}`),
    () => undefined,
  );
  await other.start();
  write('three');
  await untilSeen(3);
  other.stop();
  expect(seen).toEqual(['one', 'other: two', 'other: three']);
});
