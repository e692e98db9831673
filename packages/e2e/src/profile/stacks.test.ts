import { foldStacks, stackTree, stitchStacks } from './stacks.js';

const ours = (name: string, file: string) => ({ name, url: `file:///app/packages/engine/dist/${file}` });
const node = { name: 'processTicks', url: 'node:internal/process/task_queues' };
const sharp = (name: string) => ({ name, url: 'file:///app/node_modules/sharp/dist/index.mjs' });
const pseudo = (name: string) => ({ name, url: '' });

describe('foldStacks', () => {
  const fold = (...stack: { name: string; url: string }[]) =>
    foldStacks([{ atUs: 0, durationUs: 100, stack }], 'waiting')[0]?.labels;

  it('names our functions with their files, and what they call by package, once', () => {
    expect(fold(node, ours('open', 'photo.js'), sharp('toBuffer'), sharp('_pipeline'), node)).toEqual([
      'open of photo.js',
      'sharp',
      'Node',
    ]);
    expect(fold({ name: 'a', url: 'file:///app/node_modules/@scope/part/index.js' })).toEqual(['@scope/part']);
  });

  it('leaves out what lies outside of our outermost function, but keeps what has none', () => {
    expect(fold(node, ours('', 'photo.js'))).toEqual(['a function of photo.js']);
    expect(fold(node, pseudo('(garbage collector)'))).toEqual(['garbage collection']);
    expect(fold(pseudo('(idle)'))).toEqual(['waiting']);
  });

  it('does not take packages of a repository with packages for ours', () => {
    expect(fold({ name: 'a', url: 'file:///app/packages/server/node_modules/lru-cache/index.js' })).toEqual([
      'lru-cache',
    ]);
  });
});

describe('stitchStacks', () => {
  it('gives a function that goes on after an await the callers that it had before', () => {
    const before = { labels: ['analyze of e.js', 'detect of d.js', 'look of d.js'], us: 100 };
    const after = { labels: ['look of d.js', 'decode of o.js'], us: 300 };
    expect(stitchStacks([before, after])[1]).toEqual({
      labels: ['analyze of e.js', 'detect of d.js', 'look of d.js', 'decode of o.js'],
      us: 300,
    });
  });

  it('takes the caller that a function was seen under for longest', () => {
    const seen = [
      { labels: ['a of x.js', 'f of x.js'], us: 100 },
      { labels: ['b of x.js', 'f of x.js'], us: 200 },
      { labels: ['f of x.js'], us: 1 },
    ];
    expect(stitchStacks(seen)[2]?.labels).toEqual(['b of x.js', 'f of x.js']);
  });

  it('comes to an end where functions call each other', () => {
    const seen = [
      { labels: ['a of x.js', 'b of x.js'], us: 1 },
      { labels: ['b of x.js', 'a of x.js'], us: 1 },
    ];
    expect(stitchStacks(seen)).toEqual(seen);
  });

  it('does not guess who called a package', () => {
    const seen = [
      { labels: ['a of x.js', 'sharp'], us: 100 },
      { labels: ['sharp'], us: 100 },
    ];
    expect(stitchStacks(seen)[1]?.labels).toEqual(['sharp']);
  });
});

describe('stackTree', () => {
  const tree = stackTree(
    [
      { labels: ['align', 'cut', 'sample'], us: 300 },
      { labels: ['open'], us: 60 },
      { labels: ['open', 'read'], us: 40 },
    ],
    8,
    () => 'orange',
  );

  it('divides the length by time, the longest first', () => {
    expect(tree.map(({ name, value }) => [name, value])).toEqual([
      ['sample', 6],
      ['open', 2],
    ]);
    expect(tree[1]?.children).toMatchObject([{ name: 'read', value: 0.8 }]);
  });

  it('draws functions that only call another one in one with it', () => {
    expect(tree[0]).toMatchObject({ title: 'align > cut > sample', children: [] });
  });

  it('is empty without samples', () => {
    expect(stackTree([], 8, () => 'orange')).toEqual([]);
  });
});
