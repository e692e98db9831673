import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { LaneJob } from './lanes/protocol.js';
import { ResultCache, type CachedJob, type Place } from './result-cache.js';
import { ServedVersion } from './serving/registry.js';

/** What the cache counts for an entry beside its body. */
const ENTRY_BYTES = 1024;
const TTL_MS = 60_000;

const versionOf = (version: string): ServedVersion =>
  new ServedVersion({ version, manifest: `file:///${version}/manifest.json` });

const ANALYZE = {
  kind: 'analyze',
  fields: { faceHash: true, landmarks: false, quality: false },
  maxFaces: 100,
  detail: 'normal',
} as const satisfies LaneJob;

const COMPARE = {
  kind: 'compare',
  fields: ANALYZE.fields,
  detail: 'normal',
  source: { kind: 'image' },
  target: { kind: 'image' },
} as const satisfies LaneJob;

const VERSION = versionOf('2.0.0');
const [PHOTO, OTHER] = [randomBytes(1000), randomBytes(1000)];
const ASKED: CachedJob = { version: VERSION, client: undefined, job: ANALYZE, images: [PHOTO] };
const COMPARED: CachedJob = { ...ASKED, job: COMPARE, images: [PHOTO, OTHER] };

const cacheOf = (maxBytes = 1024 * 1024): ResultCache => new ResultCache({ maxBytes, ttlMs: TTL_MS });
const find = (cache: ResultCache, asked: Partial<CachedJob> = {}): Promise<Place> => cache.find({ ...ASKED, ...asked });
const keep = async (cache: ResultCache, asked: Partial<CachedJob>, body: Buffer | string): Promise<void> =>
  (await find(cache, asked)).keep({ body: Buffer.from(body), faces: 1 });
const bodyOf = async (cache: ResultCache, asked: Partial<CachedJob> = {}): Promise<string | undefined> =>
  (await find(cache, asked)).answer?.body.toString();

it('gives the answer of the same job again, and only after there was one', async () => {
  const cache = cacheOf();
  const place = await find(cache);
  expect(place.answer).toBeUndefined();
  place.keep({ body: Buffer.from('{"Faces":[]}'), faces: 3 });
  const { answer } = await find(cache, { job: { ...ANALYZE }, images: [Buffer.from(PHOTO)] });
  expect(answer?.body.toString()).toBe('{"Faces":[]}');
  expect(answer?.faces).toBe(3);
});

it.each<[string, Partial<CachedJob>]>([
  ['another photo', { images: [OTHER] }],
  ['a photo with more at its end', { images: [Buffer.concat([PHOTO, Buffer.alloc(1)])] }],
  ['another version', { version: versionOf('2.1.0') }],
  ['the same version, loaded again', { version: versionOf('2.0.0') }],
  ['a client', { client: 'check-in' }],
  ['other fields', { job: { ...ANALYZE, fields: { ...ANALYZE.fields, quality: true } } }],
  ['fewer faces', { job: { ...ANALYZE, maxFaces: 1 } }],
  ['another detail', { job: { ...ANALYZE, detail: 'high' } }],
])('does not give the answer of a job to one with %s', async (_what, other) => {
  const cache = cacheOf();
  await keep(cache, {}, 'one');
  expect(await bodyOf(cache, other)).toBeUndefined();
  await keep(cache, other, 'other');
  expect([await bodyOf(cache), await bodyOf(cache, other)]).toEqual(['one', 'other']);
});

it('tells two clients apart', async () => {
  const cache = cacheOf();
  await keep(cache, { client: 'check-in' }, 'one');
  expect(await bodyOf(cache, { client: 'albums' })).toBeUndefined();
  expect(await bodyOf(cache, { client: 'check-in' })).toBe('one');
});

it.each<[string, Partial<CachedJob>]>([
  ['its sides changed', { images: [OTHER, PHOTO] }],
  ['another threshold', { job: { ...COMPARE, similarityThreshold: 80 } }],
  ['a vector on one side', { job: { ...COMPARE, target: { kind: 'vector', values: [1, 0] } }, images: [PHOTO] }],
])('does not give the answer of a comparison to one with %s', async (_what, other) => {
  const cache = cacheOf();
  await keep(cache, COMPARED, 'one');
  expect(await bodyOf(cache, { ...COMPARED, ...other })).toBeUndefined();
  expect(await bodyOf(cache, COMPARED)).toBe('one');
});

it('tells stored vectors apart', async () => {
  const cache = cacheOf();
  const against = (values: readonly number[]): Partial<CachedJob> => ({
    job: { ...COMPARE, source: { kind: 'vector', values } },
  });
  await keep(cache, against([0.6, 0.8]), 'one');
  expect(await bodyOf(cache, against([0.8, 0.6]))).toBeUndefined();
  expect(await bodyOf(cache, against([0.6, 0.8]))).toBe('one');
});

it('reads large photos to their end', async () => {
  const cache = cacheOf();
  const large = randomBytes(2_500_000);
  const changed = Buffer.from(large);
  changed.writeUInt8(changed.readUInt8(large.length - 1) ^ 1, large.length - 1);
  await keep(cache, { images: [large] }, 'large');
  expect(await bodyOf(cache, { images: [changed] })).toBeUndefined();
  expect(await bodyOf(cache, { images: [large] })).toBe('large');
});

it('drops what was not asked for the longest when there is no room, and takes nothing that never fits', async () => {
  const cache = cacheOf(3 * (ENTRY_BYTES + 100));
  const photos = Array.from({ length: 4 }, (_, index) => ({ images: [Buffer.of(index)] }));
  const [first = {}, second = {}, third = {}, fourth = {}] = photos;
  for (const photo of [first, second, third]) await keep(cache, photo, Buffer.alloc(100, 'x'));
  expect(cache.bytes).toBe(3 * (ENTRY_BYTES + 100));
  expect(await bodyOf(cache, first)).toBeDefined();
  await keep(cache, fourth, Buffer.alloc(100, 'x'));
  const kept = await Promise.all(photos.map(async (photo) => (await bodyOf(cache, photo)) !== undefined));
  expect(kept).toEqual([true, false, true, true]);
  await keep(cache, second, Buffer.alloc(3 * (ENTRY_BYTES + 100)));
  expect(await bodyOf(cache, second)).toBeUndefined();
  expect(cache.bytes).toBe(3 * (ENTRY_BYTES + 100));
});

it('has memory of its own for a body', async () => {
  const cache = cacheOf();
  const frame = Buffer.from('head{"Faces":[]}tail');
  (await find(cache)).keep({ body: frame.subarray(4, 16), faces: 0 });
  frame.fill(0);
  const { answer } = await find(cache);
  expect(answer?.body.toString()).toBe('{"Faces":[]}');
  expect(answer?.body.buffer.byteLength).toBe(12);
});

describe('with a clock', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('drops an answer when its time has passed, though nobody asks, and asking did not make it longer', async () => {
    const cache = new ResultCache({ maxBytes: 1024 * 1024, ttlMs: TTL_MS, now: Date.now });
    await keep(cache, {}, 'one');
    jest.advanceTimersByTime(TTL_MS - 10);
    expect(await bodyOf(cache)).toBe('one');
    expect(cache.bytes).toBe(ENTRY_BYTES + 3);
    jest.advanceTimersByTime(20);
    expect(cache.bytes).toBe(0);
    expect(await bodyOf(cache)).toBeUndefined();
  });
});

it('drops the answers of a version that is unloaded, those of others stay, and none comes late', async () => {
  const cache = cacheOf(100 * 1024 * 1024);
  const [leaving, staying] = [versionOf('1.0.0'), versionOf('2.0.0')];
  const photos = Array.from({ length: 2500 }, (_, index) => [Buffer.from(String(index))]);
  for (const images of photos) await keep(cache, { version: leaving, images }, 'gone');
  await keep(cache, { version: staying }, 'stays');
  const late = await find(cache, { version: leaving });
  leaving.abandon();
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(cache.bytes).toBe(ENTRY_BYTES + 'stays'.length);
  late.keep({ body: Buffer.from('late'), faces: 0 });
  expect(await bodyOf(cache, { version: leaving })).toBeUndefined();
  expect(await bodyOf(cache, { version: staying })).toBe('stays');
});

it('remembers of a version what is there, not all that ever was', async () => {
  const cache = cacheOf(3 * (ENTRY_BYTES + 100));
  const version = versionOf('1.0.0');
  for (let index = 0; index < 10; index++) {
    await keep(cache, { version, images: [Buffer.of(index)] }, Buffer.alloc(100));
    await keep(cache, { version, images: [Buffer.of(index)] }, Buffer.alloc(90));
  }
  await keep(cache, { version, images: [PHOTO] }, Buffer.alloc(10_000));
  const drop = jest.spyOn(LRUCache.prototype, 'delete');
  version.abandon();
  expect(cache.bytes).toBe(0);
  expect(drop).toHaveBeenCalledTimes(3);
  drop.mockRestore();
});
