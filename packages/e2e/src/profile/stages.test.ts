import { stageInLane, stageOfReceiving, type Frame } from './stages.js';

const frame = (name: string, file: string): Frame => ({ name, url: `file:///app/packages/engine/dist/${file}` });
const gc: Frame = { name: '(garbage collector)', url: '' };

describe('the stage of JavaScript in a lane', () => {
  const letterbox = [frame('letterbox', 'detector/letterbox.js'), frame('pad', 'detector/letterbox.js')];
  const outputs = [frame('decodeOutputs', 'detector/decode-outputs.js')];

  it('tells the same function apart by what runs next', () => {
    expect(stageInLane(letterbox, { after: 'decode', before: 'detect' })).toBe('detector: input');
    expect(stageInLane(letterbox, { after: 'detect', before: 'second look' })).toBe('second look: input, outputs');
  });

  it('and by what ran before', () => {
    expect(stageInLane(outputs, { after: 'detect', before: 'second look' })).toBe('detector: outputs to faces');
    expect(stageInLane(outputs, { after: 'second look', before: 'heads' })).toBe('second look: input, outputs');
  });

  it('takes alignment for what it is, wherever it lies', () => {
    for (const gap of [
      { after: 'detect', before: 'second look' },
      { after: 'second look', before: 'second look' },
      { after: 'second look', before: 'heads' },
    ] as const) {
      expect(stageInLane([frame('#align', 'engine.js'), frame('alignFace', 'align.js')], gap)).toBe('alignment');
    }
  });

  it('knows the ends of a request', () => {
    const packages = [frame('stringify', 'other.js')];
    expect(stageInLane(packages, { after: undefined, before: 'header' })).toBe('photo: open');
    expect(stageInLane(packages, { after: 'heads', before: undefined })).toBe('answer: vectors to JSON');
    expect(stageInLane(packages, { after: 'detect', before: 'heads' })).toBe('other JavaScript');
  });

  it('puts garbage collection nowhere else', () => {
    expect(stageInLane([frame('alignFace', 'align.js'), gc], { after: 'detect', before: 'heads' })).toBe(
      'garbage collection',
    );
  });
});

it('tells parts of receiving apart', () => {
  expect(stageOfReceiving([frame('decode', 'image-source/decode-base64.js'), gc])).toBe('HTTP: decode base64');
  expect(stageOfReceiving([frame('parseJson', 'http/json-body.js')])).toBe('HTTP: parse JSON');
  expect(stageOfReceiving([{ name: '(idle)', url: '' }])).toBe('HTTP: receive');
});
