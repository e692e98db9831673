import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    (content) => seen.push(content),
    () => seen.push('unreadable'),
  );
});

afterEach(() => {
  watched.stop();
  rmSync(folder, { recursive: true });
});

async function untilSeen(count: number): Promise<void> {
  while (seen.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
}

it('reports the content at once, and each new content', async () => {
  writeFileSync(path, 'one');
  await watched.start();
  expect(seen).toEqual(['one']);
  writeFileSync(path, 'two');
  await untilSeen(2);
  expect(seen).toEqual(['one', 'two']);
});

it('reports once that a file cannot be read, and its content when it can be again', async () => {
  await watched.start();
  expect(seen).toEqual(['unreadable']);
  writeFileSync(path, 'one');
  await untilSeen(2);
  rmSync(path);
  await untilSeen(3);
  writeFileSync(path, 'one');
  await untilSeen(4);
  expect(seen).toEqual(['unreadable', 'one', 'unreadable', 'one']);
});

it('reports nothing more once it is stopped', async () => {
  writeFileSync(path, 'one');
  await watched.start();
  watched.stop();
  writeFileSync(path, 'two');
  const other = new WatchedFile(
    path,
    (content) => seen.push(`other: ${content}`),
    () => undefined,
  );
  await other.start();
  writeFileSync(path, 'three');
  await untilSeen(3);
  other.stop();
  expect(seen).toEqual(['one', 'other: two', 'other: three']);
});
