import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeFace, startFakeService, type FakeAnswer, type FakeService } from '../../test/fake-service.js';
import { FaceClient } from '../service/face-client.js';
import { collectVectors, type CollectedVectors } from './collect-vectors.js';
import { VectorCache } from './vector-cache.js';

const PICTURES = ['Ann/Ann_0001.jpg', 'Bo/Bo_0001.jpg', 'Cy/Cy_0001.jpg'];

describe('collectVectors', () => {
  let folder: string;
  let service: FakeService | undefined;
  let posted: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'collect-vectors-'));
    posted = [];
    for (const picture of PICTURES) {
      await mkdir(join(folder, picture, '..'), { recursive: true });
      await writeFile(join(folder, picture), `bytes of ${picture}`);
    }
  });

  afterEach(async () => {
    await service?.close();
    service = undefined;
    await rm(folder, { recursive: true });
  });

  /** Answers as a service with one model version and space: a small bystander and the person in the middle. */
  function answerFrom(version: string, space: string): (body: string) => FakeAnswer {
    return (body) => ({
      status: 200,
      headers: { 'Face-Embedding-Space': space },
      json: {
        Faces: body.includes('Cy')
          ? []
          : [fakeFace(0, 0, 0.2, [0, 1, 0]), fakeFace(0.3, 0.3, 0.4, body.includes('Ann') ? [3, 0, 4] : [0, 0, 2])],
        FaceModelVersion: version,
      },
    });
  }

  async function collect(
    answer: (body: string) => FakeAnswer,
    cacheFile?: string,
    pictures = PICTURES,
  ): Promise<CollectedVectors> {
    service = await startFakeService((_, body) => {
      posted.push(body.toString());
      return answer(body.toString());
    });
    try {
      return await collectVectors({
        client: new FaceClient({ baseUrl: service.baseUrl }),
        imagesDir: folder,
        pictures,
        cache: await VectorCache.open(cacheFile),
        concurrency: 2,
      });
    } finally {
      await service.close();
      service = undefined;
    }
  }

  it('takes the unit vector of the face that the picture is about', async () => {
    const { byPicture, origin } = await collect(answerFrom('2.0.0', 'aa'));
    expect(origin).toEqual({ modelVersion: '2.0.0', embeddingSpace: 'aa' });
    const ann = byPicture.get('Ann/Ann_0001.jpg');
    expect(ann?.faces).toBe(2);
    expect([...(ann?.vector ?? [])].map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0, 0.8]);
    expect(byPicture.get('Cy/Cy_0001.jpg')).toEqual({ faces: 0, vector: undefined });
  });

  it('goes on where a stopped run was, and posts only what is new', async () => {
    const cacheFile = join(folder, 'cache', 'vectors.jsonl');
    const first = await collect(answerFrom('2.0.0', 'aa'), cacheFile);
    await appendFile(cacheFile, '{"modelVersion":"2.0.0","embeddingSp'); // killed while it wrote
    posted = [];
    const second = await collect(answerFrom('2.0.0', 'aa'), cacheFile);
    expect(posted).toEqual(['bytes of Ann/Ann_0001.jpg']);
    expect(second.byPicture).toEqual(first.byPicture);
    expect(await readFile(cacheFile, 'utf8')).toMatch(/embeddingSp\n$/);
  });

  it.each([
    ['another version', '2.1.0', 'aa'],
    ['another embedding space', '2.0.0', 'bb'],
  ])('does not use vectors of %s', async (_, version, space) => {
    const cacheFile = join(folder, 'vectors.jsonl');
    await collect(answerFrom('2.0.0', 'aa'), cacheFile);
    posted = [];
    await collect(answerFrom(version, space), cacheFile);
    expect(posted.toSorted()).toEqual(PICTURES.map((picture) => `bytes of ${picture}`));
  });

  it('stops when the service changes its model on the way', async () => {
    const old = answerFrom('2.0.0', 'aa');
    const updated = answerFrom('2.1.0', 'bb');
    await expect(collect((body) => (posted.length > 2 ? updated : old)(body))).rejects.toThrow(
      'changed its model from 2.0.0 (space aa) to 2.1.0 (space bb)',
    );
  });

  it('waits and asks again when the service is busy', async () => {
    const answer = answerFrom('2.0.0', 'aa');
    const { byPicture } = await collect((body) =>
      posted.length === 2 ? { status: 429, headers: { 'Retry-After': '0' }, json: {} } : answer(body),
    );
    expect(byPicture.size).toBe(PICTURES.length);
  });

  it('names the picture that the service refuses, with its reason', async () => {
    const refuse = { status: 422, json: { code: 'image_undecodable' } };
    await expect(collect((body) => (body.includes('Bo') ? refuse : answerFrom('2.0.0', 'aa')(body)))).rejects.toThrow(
      /^Bo\/Bo_0001\.jpg: expected 200 .* got 422: .*image_undecodable/,
    );
  });

  it('names the part of an answer that breaks the contract', async () => {
    const wrong = { status: 200, json: { Faces: [{ BoundingBox: {} }], FaceModelVersion: '1' } };
    await expect(collect(() => wrong)).rejects.toThrow('breaks the contract at /Faces/0');
  });

  it('names a picture that is not there', async () => {
    await expect(collect(answerFrom('2.0.0', 'aa'), undefined, ['Di/Di_0001.jpg'])).rejects.toThrow(
      'cannot read Di/Di_0001.jpg',
    );
  });
});
