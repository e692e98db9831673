import { XMLParser } from 'fast-xml-parser';
import { layOutFlame, renderFlame, type FlameNode } from './flame.js';

const node = (name: string, value: number, children: readonly FlameNode[] = []): FlameNode => ({
  name,
  colour: 'blue',
  value,
  children,
});

const root = node('request', 10, [node('first', 2), node('second', 6, [node('inner', 3), node('a sliver', 0.001)])]);

describe('layOutFlame', () => {
  const boxes = layOutFlame(root, 0.001);
  const of = (name: string) => boxes.find((box) => box.node.name === name);

  it('puts children below their parent, from its left end on, in their order', () => {
    expect(of('request')).toMatchObject({ depth: 0, from: 0, to: 1 });
    expect(of('first')).toMatchObject({ depth: 1, from: 0, to: 0.2 });
    expect(of('second')).toMatchObject({ depth: 1, from: 0.2, to: 0.8 });
    expect(of('inner')).toMatchObject({ depth: 2, from: 0.2, to: 0.5 });
  });

  it('leaves out what is too narrow, and its place empty', () => {
    expect(of('a sliver')).toBeUndefined();
    expect(layOutFlame(root).map((box) => box.node.name)).toContain('a sliver');
  });

  it('draws nothing that has no length', () => {
    expect(layOutFlame(node('request', 0))).toEqual([]);
    expect(layOutFlame(node('request', 1, [node('nothing', 0)]))).toHaveLength(1);
  });
});

describe('renderFlame', () => {
  const svg = renderFlame({
    title: 'a < b & "c"',
    note: 'note',
    unit: 'ms',
    widthPx: 1032,
    legend: [{ name: 'blue things', colour: 'blue' }],
    panels: [
      { title: 'All', root },
      { title: 'Nothing', root: node('empty', 0) },
      { title: 'Called', root: { ...node('called', 1), title: 'caller > called' } },
    ],
  });

  it('is XML with a title that is read as written', () => {
    const document: unknown = new XMLParser({ ignoreAttributes: false }).parse(svg);
    expect(document).toMatchObject({ svg: { '@_aria-label': 'a < b & "c"', '@_width': '1032' } });
  });

  it('gives each box its name, its length and its share when it is pointed at', () => {
    expect(svg).toContain('<title>second: 6.00 ms, 60.0 %</title>');
    expect(svg).toContain('<title>caller &gt; called: 1.00 ms, 100.0 %</title>');
  });

  it('draws a box as long as its share, and as much of its name as fits', () => {
    expect(svg).toContain('<rect class="box blue" x="216.0" y="119" width="600.0" height="18"/>');
    expect(svg).toContain('>second, 6.00 ms</text>');
    const narrow = renderFlame({
      title: '',
      note: '',
      unit: 'ms',
      widthPx: 1032,
      legend: [],
      panels: [{ title: '', root: node('all', 100, [node('a long name', 5), node('short', 0.5)]) }],
    });
    expect(narrow).toContain('>a long\u2026</text>');
    expect(narrow).not.toMatch(/<text[^>]*>sh/);
  });

  it('holds no value that is not a number', () => {
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
