import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from '@face-comparison/client';
import { removeTemporaryFolders, temporaryFolder } from '../../test/kit/folder.js';
import { indexGallery } from './gallery-input.js';

afterAll(removeTemporaryFolders);

const TO = { version: '2.1.0', embeddingSpace: '2222222222222222' };
const stored = (modelVersion: string, embeddingSpace: string): string =>
  serialize({ vector: Float32Array.of(1, 0), modelVersion, embeddingSpace });
const OLD = stored('2.0.0', '1111111111111111');

describe('a gallery to migrate', () => {
  it('is read as faces by photo, what is of the new version, and what cannot be used, with its line', async () => {
    const path = join(temporaryFolder(), 'in.jsonl');
    const lines = [
      { id: 'a', image: 'party.jpg', face: OLD },
      { image: 'anna.jpg', face: OLD, name: 'Anna' },
      { id: 7, image: 'party.jpg', face: OLD },
      { image: 'landscape.jpg', faces: 0 },
      { image: 'new.jpg', face: stored(TO.version, TO.embeddingSpace) },
      { id: 'old', image: 'old.jpg', face: stored('1.0.0', '0000000000000000') },
      { id: 'no photo', face: OLD },
      { id: 'no vector', image: 'x.jpg', faces: 1 },
      { id: 'cut', image: 'x.jpg', face: OLD.slice(0, -2) },
      [1, 2],
    ];
    writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n\nnot JSON`);
    const { photos, current, withoutFace, left } = await indexGallery(path, '2.0.0', TO);
    expect([...photos].map(([image, faces]) => [image, faces.map(({ line }) => line)])).toEqual([
      ['party.jpg', [1, 3]],
      ['anna.jpg', [2]],
    ]);
    expect(current.map(({ line }) => line)).toEqual([5]);
    expect(withoutFace).toBe(1);
    expect(left.map(({ line, id, reason }) => [line, id, reason])).toEqual([
      [6, 'old', 'other_version'],
      [7, 'no photo', 'not_a_record'],
      [8, 'no vector', 'not_a_record'],
      [9, 'cut', 'not_a_record'],
      [10, undefined, 'not_a_record'],
      [12, undefined, 'not_a_record'],
    ]);
  });

  it('may have a byte order mark, as editors on Windows write it', async () => {
    const path = join(temporaryFolder(), 'marked.jsonl');
    writeFileSync(path, `\ufeff${JSON.stringify({ image: 'anna.jpg', face: OLD })}\n`);
    const { photos, left } = await indexGallery(path, '2.0.0', TO);
    expect([...photos.keys()]).toEqual(['anna.jpg']);
    expect(left).toEqual([]);
  });

  it('that is not there is an error', async () => {
    await expect(indexGallery('/nowhere.jsonl', '2.0.0', TO)).rejects.toThrow('There is no gallery /nowhere.jsonl.');
  });
});
