import type { Analysis, Face, ModelInfo } from '@face-comparison/client';
import { calibration } from '../../test/calibration.js';
import type { ServedModel } from '../service/face-service.js';
import { outcomeOf } from './outcome.js';

const box = { left: 0, top: 0, width: 0.1, height: 0.1 };

function analysis(vectors: readonly (readonly number[])[], version = '2.0.0', space = 'aaaa'): Analysis {
  const meta = { modelVersion: version, embeddingSpace: space };
  const faces = vectors.map((vector): Face => ({
    ...meta,
    boundingBox: box,
    confidence: 0.99,
    vector: Float32Array.from(vector),
  }));
  return { ...meta, faces, requestId: 'one', serverTiming: [] };
}

function info(version: string, embeddingSpace: string, comparableWith: string[], defaultThreshold: number): ModelInfo {
  return {
    name: 'default',
    versions: ['2.0.0', '2.1.0'],
    platform: 'onnxruntime_onnx',
    inputs: [],
    outputs: [],
    parameters: {
      version,
      default: version === '2.0.0',
      embeddingSpace,
      vectorLength: 2,
      comparableWith,
      defaultThreshold,
      calibration,
    },
  };
}

const standard = info('2.0.0', 'aaaa', ['aaaa', 'bbbb'], 80);
const model: ServedModel = { standard, versions: [standard, info('2.1.0', 'cccc', ['cccc'], 60)] };

describe('what comes of two photos', () => {
  it('is the most similar pair, with its meaning and the threshold of the version that answered', () => {
    const group = analysis([
      [0, 1],
      [1, 0.1],
    ]);
    const outcome = outcomeOf(analysis([[1, 0]]), group, model, {});
    expect(outcome).toMatchObject({
      kind: 'paired',
      threshold: 80,
      pairing: { source: 0, target: 1, pairCount: 2 },
      meaning: { match: true, verdict: 'very-likely-same' },
    });
    const other = outcomeOf(analysis([[1, 0]], '2.1.0', 'cccc'), analysis([[1, 0]], '2.1.0', 'cccc'), model, {});
    expect(other).toMatchObject({ kind: 'paired', threshold: 60 });
  });

  it('is nothing to compare when a photo has no face', () => {
    expect(outcomeOf(analysis([]), analysis([[1, 0]]), model, {})).toEqual({ kind: 'no-face' });
  });

  it('waits for what a version means that the page has not heard of', () => {
    expect(outcomeOf(analysis([[1, 0]], '3.0.0'), analysis([[1, 0]], '3.0.0'), model, {})).toEqual({
      kind: 'unknown-version',
      version: '3.0.0',
    });
  });

  it('is never a number across spaces that cannot be compared', () => {
    expect(outcomeOf(analysis([[1, 0]]), analysis([[1, 0]], '2.1.0', 'cccc'), model, {})).toMatchObject({
      kind: 'not-comparable',
      advice: { title: 'These two answers cannot be compared' },
    });
  });

  it('is a number across spaces that were declared comparable', () => {
    const outcome = outcomeOf(analysis([[1, 0]]), analysis([[1, 0]], '2.0.0-float32', 'bbbb'), model, {});
    expect(outcome.kind).toBe('paired');
  });
});
