import type { Analysis } from '@face-comparison/client';
import type { Photo } from '../photo/prepare-photo.js';
import { nextSide, NOTHING, reduce, type Action, type Comparison } from './comparison.js';

const photo = (name: string): Photo => ({ name, blob: new Blob(), url: `blob:${name}`, widthPx: 10, heightPx: 10 });
const analysis: Analysis = {
  faces: [],
  modelVersion: '2.0.0',
  embeddingSpace: 'aaaa',
  requestId: 'one',
  serverTiming: [],
};
const seen = { analysis, json: '{}' };
const advice = { title: 'No', text: 'Not so.', remedy: 'try-again' } as const;

const after = (...actions: readonly Action[]): Comparison => actions.reduce(reduce, NOTHING);
const put = (side: 'source' | 'target', id: number): Action => ({ type: 'put', side, id, name: `${id}.jpg` });
const look = (id: number): Extract<Action, { type: 'look' }> => ({
  type: 'look',
  id,
  photo: photo(`${id}.jpg`),
  detail: 'normal',
});

describe('a comparison', () => {
  it('leads a photo from being put in to being seen', () => {
    const states = [put('source', 1), look(1), { type: 'seen', id: 1, seen } as const].map(
      (_, index, actions) => after(...actions.slice(0, index + 1)).source.state,
    );
    expect(states).toEqual(['preparing', 'looking', 'seen']);
  });

  it('leaves out the answer for a photo that was replaced meanwhile', () => {
    const { source } = after(put('source', 1), look(1), put('source', 2), look(2), {
      type: 'seen',
      id: 1,
      seen,
    });
    expect(source).toMatchObject({ state: 'looking', id: 2 });
  });

  it('leaves out a photo that is ready after another was put in its place', () => {
    expect(after(put('source', 1), put('source', 2), look(1)).source).toMatchObject({
      state: 'preparing',
      id: 2,
    });
  });

  it('leaves out a photo that is ready after its place was cleared', () => {
    expect(after(put('source', 1), { type: 'clear', side: 'source' }, look(1)).source.state).toBe('empty');
  });

  it('looks at a photo again under a new id', () => {
    const once = look(1);
    const { source } = after(put('source', 1), once, { type: 'seen', id: 1, seen }, { ...once, id: 7 });
    expect(source).toMatchObject({ state: 'looking', id: 7 });
  });

  it('brings an answer to where the photo is now', () => {
    const swapped = after(put('source', 1), look(1), { type: 'swap' }, { type: 'seen', id: 1, seen });
    expect(swapped.source.state).toBe('empty');
    expect(swapped.target).toMatchObject({ state: 'seen', id: 1 });
  });

  it('keeps the photo of a failed request, so that it can be tried again', () => {
    expect(after(put('target', 1), look(1), { type: 'failed', id: 1, advice }).target).toMatchObject({
      state: 'failed',
      photo: { name: '1.jpg' },
      advice,
    });
  });

  it('swaps what was chosen with the photos, and forgets it with a new photo', () => {
    const chosen = after({ type: 'choose', choice: { source: 3 } });
    expect(reduce(chosen, { type: 'swap' }).choice).toEqual({ target: 3 });
    expect(reduce(chosen, put('target', 9)).choice).toEqual({});
  });

  it('fills the source first, then the target', () => {
    expect(nextSide(NOTHING)).toBe('source');
    expect(nextSide(after(put('source', 1)))).toBe('target');
    expect(nextSide(after(put('source', 1), put('target', 2)))).toBe('target');
    expect(nextSide(after(put('target', 2)))).toBe('source');
  });

  it('begins again with nothing', () => {
    expect(after(put('source', 1), put('target', 2), { type: 'clear-all' })).toEqual(NOTHING);
    expect(after(put('source', 1), { type: 'clear', side: 'source' }).source.state).toBe('empty');
  });
});
