import {
  CompareResponseSchema,
  HEADERS,
  LANDMARK_TYPES,
  SERVER_TIMING_METRICS,
  type FaceComparisonResponse,
  type BoundingBox,
  type StoredVector,
} from '@face-comparison/contract';
import { answerOf, problemOf } from './kit/answers.js';
import { startPhotoBucket, type PhotoBucket } from './kit/bucket.js';
import { startImageHost, type ImageHost } from './kit/image-host.js';
import { DEFAULT } from './kit/models.js';
import { EXPECTED, greyPng, photo } from './kit/pictures.js';
import { removeTemporaryFolders } from './kit/plan-file.js';
import { stopServers, TestServer } from './kit/server.js';

let host: ImageHost;
let bucket: PhotoBucket;
let server: TestServer;

beforeAll(async () => {
  [host, bucket] = await Promise.all([startImageHost(), startPhotoBucket()]);
  server = await TestServer.ready(
    [
      ...['--lanes', '1', '--allow-host', host.host],
      ...['--s3-bucket', 'photos', '--s3-endpoint', bucket.endpoint, '--s3-region', 'us-east-1'],
    ],
    bucket.env,
  );
});

afterAll(async () => {
  await stopServers();
  await Promise.all([host.close(), bucket.close()]);
  removeTemporaryFolders();
});

const area = ({ Width, Height }: BoundingBox): number => Width * Height;
const base64 = (name?: string): string => photo(name).toString('base64');

/** The metrics of Server-Timing, by name. */
function timingsOf(response: Response): Record<string, number> {
  const header = response.headers.get(HEADERS.serverTiming) ?? '';
  return Object.fromEntries(
    header.split(', ').map((entry) => {
      const [, metric = '', duration = ''] = /^(\w+);dur=(\d+\.\d)$/.exec(entry) ?? [];
      return [metric, Number(duration)];
    }),
  );
}

describe('POST /face_comparison', () => {
  describe.each(EXPECTED.photos)('with $photo', ({ photo: name, width, height, faces }) => {
    let answer: FaceComparisonResponse;

    beforeAll(async () => {
      answer = await server.analyze(photo(name));
    });

    it('finds the faces that the makers of the model found, largest first', () => {
      expect(answer.Faces).toHaveLength(faces.length);
      expect(answer.FaceModelVersion).toBe(DEFAULT.version);
      const areas = answer.Faces.map((face) => area(face.BoundingBox) * width * height);
      expect(areas).toEqual([...areas].sort((a, b) => b - a));
      for (const [index, { box }] of faces.entries()) {
        const [x1, y1, x2, y2] = box;
        const found = answer.Faces.map(({ BoundingBox: { Left, Top, Width, Height } }) =>
          Math.max(
            Math.abs(Left * width - x1),
            Math.abs(Top * height - y1),
            Math.abs((Left + Width) * width - x2),
            Math.abs((Top + Height) * height - y2),
          ),
        );
        expect({ index, isFound: Math.min(...found) < 0.02 * (x2 - x1) + 1 }).toEqual({ index, isFound: true });
      }
    });

    it('makes a vector of 768 numbers of each face, of a length of its own for each', () => {
      for (const { face_hash = [], Confidence } of answer.Faces) {
        expect(face_hash).toHaveLength(768);
        expect(Math.hypot(...face_hash)).toBeCloseTo(1, 3);
        expect(Confidence).toBeGreaterThan(0.5);
      }
      expect(new Set(answer.Faces.map(({ face_hash }) => JSON.stringify(face_hash))).size).toBe(faces.length);
    });

    it.each([
      ['as base64', () => ({ img: base64(name) })],
      ['as base64 with line breaks', () => ({ img: base64(name).replaceAll(/.{76}/g, '$&\r\n') })],
      ['as URL-safe base64 without padding', () => ({ img: photo(name).toString('base64url') })],
      ['as a data: URL', () => ({ img: `data:image/jpeg;base64,${base64(name)}` })],
      ['by an http URL', () => ({ url: host.url(`/photos/${name}?token=secret-in-a-url`) })],
      ['by an s3 URL', () => ({ url: `s3://photos/${name}` })],
    ])('answers the same when it comes %s', async (_how, body) => {
      expect(await server.readFaces(await server.postJson('/face_comparison', body()))).toEqual(answer);
    });
  });

  it('answers an empty list for a photo without faces', async () => {
    expect(await server.analyze(greyPng(640, 480))).toEqual({ Faces: [], FaceModelVersion: DEFAULT.version });
  });

  it('reads a photo by its bytes, whatever image type it is said to be', async () => {
    expect((await server.analyze(photo(), { type: 'image/png' })).Faces).toHaveLength(3);
    expect((await server.analyze(photo(), { type: 'Image/X-Whatever' })).Faces).toHaveLength(3);
  });

  it('adds landmarks when they are asked for', async () => {
    const { Faces } = await server.analyze(photo(), { query: '?landmarks=true' });
    for (const { BoundingBox: box, Landmarks = [] } of Faces) {
      expect(Landmarks.map(({ Type }) => Type)).toEqual([...LANDMARK_TYPES]);
      for (const { X, Y } of Landmarks) {
        expect(X > box.Left && X < box.Left + box.Width && Y > box.Top && Y < box.Top + box.Height).toBe(true);
      }
    }
  });

  it('adds quality when it is asked for', async () => {
    const { Faces } = await server.analyze(photo(), { query: '?quality=true' });
    for (const { BoundingBox: box, Quality } of Faces) {
      expect(Quality?.FaceSize).toBeCloseTo(box.Width * 1920, -0.5);
      expect(Math.abs(Quality?.Pose.Roll ?? 180)).toBeLessThan(45);
    }
  });

  it('leaves the vectors out when they are not wanted, and does not compute them', async () => {
    const response = await server.postImage(photo(), { query: '?face_hash=false' });
    expect(timingsOf(response)['embed']).toBe(0);
    const { Faces } = await server.readFaces(response);
    expect(Faces).toHaveLength(3);
    expect(Faces.every((face) => face.face_hash === undefined)).toBe(true);
  });

  it('answers the largest faces only when told how many', async () => {
    const [all, one] = [await server.analyze(photo()), await server.analyze(photo(), { query: '?max_faces=1' })];
    expect(one.Faces).toEqual(all.Faces.slice(0, 1));
  });

  it('looks closer with detail=high, and loses nobody by it', async () => {
    const high = await server.analyze(photo('sample6.jpg'), { query: '?detail=high&face_hash=false' });
    const expected = EXPECTED.photos.find((sample) => sample.photo === 'sample6.jpg')?.faces.length ?? 0;
    expect(high.Faces.length).toBeGreaterThanOrEqual(expected);
  });

  it('says where the time went, in order, and of fetching only when there was a URL', async () => {
    const metrics = Object.keys(SERVER_TIMING_METRICS);
    const body = timingsOf(await server.postImage(photo()));
    expect(Object.keys(body)).toEqual(metrics.filter((metric) => metric !== 'fetch'));
    expect(body['detect']).toBeGreaterThan(0);
    expect(body['embed']).toBeGreaterThan(0);
    const url = timingsOf(await server.postJson('/face_comparison', { url: host.url('/photos/sample1.jpg') }));
    expect(Object.keys(url)).toEqual(metrics);
  });
});

describe('POST /compare', () => {
  const NAME = 'sample1.jpg';
  let faces: FaceComparisonResponse['Faces'];

  /** The vector of a face of the photo, as somebody stored it. */
  const stored = (index: number): StoredVector => ({
    face_hash: faces[index]?.face_hash ?? [],
    FaceModelVersion: DEFAULT.version,
  });

  beforeAll(async () => {
    ({ Faces: faces } = await server.analyze(photo(NAME)));
  });

  it('finds the largest face of the source among those of the target', async () => {
    const answer = await server.compare({ source: { img: base64(NAME) }, target: { img: base64(NAME) } });
    const [largest, ...others] = faces.map(({ BoundingBox, Confidence }) => ({ BoundingBox, Confidence }));
    expect(answer.SourceImageFace).toEqual(largest);
    expect(answer.FaceMatches).toEqual([{ Similarity: 100, Face: largest }]);
    expect(answer.UnmatchedFaces).toHaveLength(others.length);
    expect(answer.UnmatchedFaces.map(({ Similarity: _, ...face }) => face)).toEqual(expect.arrayContaining(others));
    expect(answer.UnmatchedFaces.every(({ Similarity }) => Similarity < 80)).toBe(true);
    expect(answer.SourceImageFaceCount).toBe(faces.length);
    expect(answer.FaceModelVersion).toBe(DEFAULT.version);
  });

  it('finds nobody among other people', async () => {
    const answer = await server.compare({ source: { img: base64(NAME) }, target: { img: base64('sample6.jpg') } });
    expect(answer.FaceMatches).toEqual([]);
    expect(answer.UnmatchedFaces.length).toBeGreaterThan(0);
  });

  it('matches by the threshold that is asked for: all at 0, only the same at 100', async () => {
    const sides = { source: { img: base64(NAME) }, target: { img: base64(NAME) } };
    const all = await server.compare({ ...sides, SimilarityThreshold: 0 });
    expect(all.FaceMatches).toHaveLength(faces.length);
    expect(all.UnmatchedFaces).toEqual([]);
    const similarities = all.FaceMatches.map(({ Similarity }) => Similarity);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
    const same = await server.compare({ ...sides, SimilarityThreshold: 100 });
    expect(same.FaceMatches).toHaveLength(1);
  });

  it('answers no matches for a target without faces', async () => {
    const answer = await server.compare({
      source: { img: base64(NAME) },
      target: { img: greyPng(320, 240).toString('base64') },
    });
    expect(answer).toMatchObject({ FaceMatches: [], UnmatchedFaces: [] });
  });

  it('compares a photo with a stored vector, which has no box', async () => {
    const answer = await server.compare({ source: { img: base64(NAME) }, target: stored(0) });
    expect(answer.FaceMatches).toEqual([{ Similarity: 100 }]);
    expect(answer.SourceImageFace).toBeDefined();
    expect(answer.UnmatchedFaces).toEqual([]);
  });

  it('finds a stored vector in a photo', async () => {
    const answer = await server.compare({ source: stored(2), target: { url: `s3://photos/${NAME}` } });
    expect(answer.SourceImageFace).toBeUndefined();
    expect(answer.FaceMatches.map(({ Face }) => Face?.BoundingBox)).toEqual([faces[2]?.BoundingBox]);
  });

  it('compares two stored vectors without a picture', async () => {
    const same = await server.postJson('/compare', { source: stored(1), target: stored(1) });
    expect(timingsOf(same)).toMatchObject({ decode: 0, detect: 0, embed: 0 });
    expect(await answerOf(same, CompareResponseSchema)).toEqual({
      FaceMatches: [{ Similarity: 100 }],
      UnmatchedFaces: [],
      FaceModelVersion: DEFAULT.version,
    });
    const others = await server.compare({ source: stored(0), target: stored(1) });
    expect(others.FaceMatches).toEqual([]);
    expect(others.UnmatchedFaces).toEqual([{ Similarity: expect.any(Number) as number }]);
  });

  it('adds landmarks, quality and vectors when they are asked for', async () => {
    const answer = await server.compare(
      { source: { img: base64(NAME) }, target: { img: base64(NAME) } },
      { query: '?landmarks=true&quality=true&face_hash=true' },
    );
    const [unmatched] = answer.UnmatchedFaces;
    expect(unmatched?.Similarity).toBeLessThan(80);
    for (const face of [answer.SourceImageFace, answer.FaceMatches[0]?.Face, unmatched]) {
      expect(
        Object.keys(face ?? {})
          .filter((field) => field !== 'Similarity')
          .sort(),
      ).toEqual(['BoundingBox', 'Confidence', 'Landmarks', 'Quality', 'face_hash']);
    }
  });
});

describe('what a face must be like', () => {
  it('is at least as certain as min_confidence asks', async () => {
    const all = await server.analyze(photo());
    const confidences = all.Faces.map(({ Confidence }) => Confidence).sort((a, b) => b - a);
    const [, second = 0, third = 0] = confidences;
    expect(third).toBeLessThan(second);
    const some = await server.readFaces(await server.postImage(photo(), { query: `?min_confidence=${second}` }));
    // Answers are rounded to six decimals.
    expect(some.Faces.length).toBeLessThan(all.Faces.length);
    expect(some.Faces.every(({ Confidence }) => Confidence >= second)).toBe(true);
    const none = await server.readFaces(await server.postImage(photo(), { query: '?min_confidence=1' }));
    expect(none.Faces).toEqual([]);
  });
});

describe('booleans of a query', () => {
  it.each(['true', 'True', '1'])('are true as %s', async (value) => {
    const { Faces } = await server.readFaces(
      await server.postImage(photo(), { query: `?landmarks=${value}&face_hash=0` }),
    );
    expect(Faces[0]).toHaveProperty('Landmarks');
    expect(Faces[0]).not.toHaveProperty('face_hash');
  });

  it.each(['false', 'False', '0'])('are false as %s', async (value) => {
    const { Faces } = await server.readFaces(await server.postImage(photo(), { query: `?face_hash=${value}` }));
    expect(Faces[0]).not.toHaveProperty('face_hash');
  });
});

describe('a photo as the body or in a form', () => {
  it('is taken as application/octet-stream', async () => {
    expect((await server.analyze(photo(), { type: 'application/octet-stream' })).Faces).toHaveLength(3);
  });

  it.each(['image', 'file', 'photo'])('is taken as the one part of a form, here named %s', async (name) => {
    const answer = await server.readFaces(
      await server.postForm('/face_comparison', { [name]: new Blob([photo()], { type: 'image/jpeg' }) }),
    );
    expect(answer).toEqual(await server.analyze(photo()));
  });

  it('is taken as a part of JSON', async () => {
    const json = new Blob([JSON.stringify({ img: base64() })], { type: 'application/json' });
    const answer = await server.readFaces(await server.postForm('/face_comparison', { image: json }));
    expect(answer.Faces).toHaveLength(3);
  });

  it('is refused in a form with two parts, or none', async () => {
    const file = new Blob([photo()], { type: 'image/jpeg' });
    await problemOf(await server.postForm('/face_comparison', { a: file, b: file }), 'image_source_ambiguous');
    await problemOf(await server.postForm('/face_comparison', {}), 'image_source_missing');
  });
});

it('answers probes while large photos are read', async () => {
  const photos = Array.from({ length: 4 }, () => server.postImage(greyPng(4096, 3072), { type: 'image/png' }));
  const done = new AbortController();
  const statuses = Promise.all(photos.map(async (response) => (await response).status)).finally(() => done.abort());
  let probes = 0;
  for (; !done.signal.aborted; probes++) expect((await server.fetch('/v2/health/live')).status).toBe(200);
  expect(await statuses).toEqual([200, 200, 200, 200]);
  // The lane takes hundreds of milliseconds for each photo: a process that computed itself would answer a few at most.
  expect(probes).toBeGreaterThan(20);
});
