import type { ServingPlan } from '@face-comparison/contract';

import { answering, report } from '../../test/kit/pods.js';
import { comparabilityOf } from './comparability.js';
import { gateOf } from './gate.js';
import type { Pod } from './pod.js';

const plan: ServingPlan = {
  generation: 2,
  default: 'old',
  models: ['old', 'new'].map((version) => ({ version, manifest: `s3://m/${version}`, sha256: 'a'.repeat(64) })),
};
const loaded = (name: string, more: Parameters<typeof report>[1] = {}, pod: Partial<Pod> = {}): Pod => ({
  ...answering(name, { generation: 2, versions: [report('old'), report('new', more)] }),
  ...pod,
});
const silent: Pod = { name: 'c', uid: 'c', ready: true, ending: false, unanswered: 'connection refused' };

describe('a gate', () => {
  it('is open when every pod in service follows the plan and has the version ready', () => {
    expect(gateOf([loaded('a'), loaded('b')], plan, 'new')).toMatchObject({ waitingFor: undefined, percent: 100 });
  });

  it.each<[string, readonly Pod[], RegExp]>([
    ['no pod', [], /no pod answers yet/],
    ['a pod that cannot be asked', [loaded('a'), silent], /c cannot be asked: connection refused/],
    ['a pod with an older plan', [loaded('a'), answering('b', { generation: 1 })], /b has not read the plan yet/],
    ['a pod that loads', [loaded('a', { state: 'loading' })], /a has it not ready \(loading\)/],
    [
      'a pod that downloads',
      [loaded('a', { state: 'downloading', progress: { doneBytes: 40, totalBytes: 100 } })],
      /\(downloading, 40 %\)/,
    ],
    [
      'a pod that fails for now',
      [loaded('a', { state: 'failed', reason: 'no route', reasonCode: 'source_unreachable' })],
      /\(failed: no route\)/,
    ],
  ])('waits for %s', (_what, pods, sentence) => {
    const gate = gateOf(pods, plan, 'new');
    expect(gate.waitingFor).toMatch(sentence);
    expect(gate.hopeless).toBeUndefined();
  });

  it('is not held up by a pod that only starts, or that ends', () => {
    const starting = loaded('b', { state: 'loading' }, { ready: false });
    const ending = loaded('c', { state: 'loading' }, { ending: true });
    expect(gateOf([loaded('a'), starting, ending], plan, 'new').waitingFor).toBeUndefined();
  });

  it('asks pods that answer when none is in service', () => {
    const gate = gateOf([loaded('a', {}, { ready: false }), silent], plan, 'new');
    expect(gate).toMatchObject({ nobodyServes: false });
    const down = gateOf([loaded('a', {}, { ready: false })], plan, 'new');
    expect(down).toMatchObject({ nobodyServes: true, waitingFor: undefined });
  });

  it.each([
    'file_digest_mismatch',
    'manifest_digest_mismatch',
    'manifest_invalid',
    'golden_mismatch',
    'model_unusable',
  ])('is shut for good by %s', (reasonCode) => {
    const pods = [loaded('a'), loaded('b', { state: 'failed', reason: 'it is wrong', reasonCode })];
    expect(gateOf(pods, plan, 'new').hopeless).toMatchObject({ pod: { name: 'b' }, reason: 'it is wrong' });
  });

  it('notices a pod that refuses the plan', () => {
    const pod = answering('a', { generation: 1, rejected: { generation: 2, reason: 'two spaces' } });
    expect(gateOf([pod], plan, 'new').refused).toMatchObject({ reason: 'two spaces' });
  });

  it('counts a download in steps of five percent', () => {
    const at = (doneBytes: number): number =>
      gateOf([loaded('a', { state: 'downloading', progress: { doneBytes, totalBytes: 1000 } })], plan, 'new').percent;
    expect([at(0), at(20), at(100), at(990)]).toEqual([5, 5, 10, 90]);
  });
});

describe('vectors', () => {
  const judged = (ours: Parameters<typeof report>[1], theirs: Parameters<typeof report>[1] = {}) =>
    comparabilityOf(
      [answering('a', { generation: 2, versions: [report('old', theirs), report('new', ours)] })],
      'new',
      'old',
      0.99,
    );
  const declares = (space: string) => ({ name: 'm', sizeBytes: 1, vectorLength: 4, comparableWith: [space] });

  it.each<[string, ReturnType<typeof judged>, object]>([
    ['of one space are comparable once measured', judged({ parity: 0.999 }), { kind: 'comparable', parity: 0.999 }],
    ['of one space that disagree are not', judged({ parity: 0.9 }), { kind: 'failed' }],
    ['of another space are foreign', judged({ embeddingSpace: 'bbbbbbbbbbbbbbbb' }), { kind: 'foreign' }],
    [
      'that the new one declares comparable are',
      judged({ embeddingSpace: 'bbbbbbbbbbbbbbbb', model: declares('aaaaaaaaaaaaaaaa'), parity: 0.995 }),
      { kind: 'comparable' },
    ],
    [
      'that the old one declares comparable are',
      judged({ embeddingSpace: 'bbbbbbbbbbbbbbbb', parity: 0.995 }, { model: declares('bbbbbbbbbbbbbbbb') }),
      { kind: 'comparable' },
    ],
    [
      'that are declared and too far away fail',
      judged({ embeddingSpace: 'bbbbbbbbbbbbbbbb', model: declares('aaaaaaaaaaaaaaaa'), parity: 0.97 }),
      { kind: 'failed' },
    ],
    [
      'that are declared and cannot be compared fail',
      judged({ embeddingSpace: 'bbbbbbbbbbbbbbbb', model: declares('aaaaaaaaaaaaaaaa'), parity: null }),
      { kind: 'failed' },
    ],
    [
      'that are not as close as declared fail, however close they are',
      judged({ embeddingSpace: 'bbbbbbbbbbbbbbbb', model: declares('aaaaaaaaaaaaaaaa'), comparable: false }),
      { kind: 'failed' },
    ],
    ['that nobody has measured are waited for', judged({ measured: false }), { kind: 'unmeasured' }],
    ['whose manifest nobody has read are waited for', judged({ embeddingSpace: null }), { kind: 'unmeasured' }],
  ])('%s', (_what, found, expected) => {
    expect(found).toMatchObject(expected);
  });
});
