import { describeRollout, type ServedVersion } from './rollout.js';

const old: ServedVersion = { version: '2.0.0', default: true, embeddingSpace: 'aaaa', comparableWith: ['aaaa'] };
const next: ServedVersion = { version: '2.1.0', default: false, embeddingSpace: 'bbbb', comparableWith: ['bbbb'] };

describe('the state of a rollout', () => {
  it('is none with one version', () => {
    expect(describeRollout([old])).toEqual({
      versions: [{ version: '2.0.0', embeddingSpace: 'aaaa', role: 'answers by default', comparability: 'same-space' }],
      summary: 'One version is served; no rollout is under way.',
    });
  });

  it('says what share of clients a canary answers', () => {
    const { versions, summary } = describeRollout([old, { ...next, embeddingSpace: 'aaaa', canaryWeight: 10 }]);
    expect(versions[1]).toMatchObject({ role: 'answers 10 % of clients', comparability: 'same-space' });
    expect(summary).toBe(
      '2.1.0 is being tried on 10 % of clients; the others are answered by 2.0.0. Its vectors can be compared with those of 2.0.0.',
    );
  });

  it('warns when the vectors of the versions cannot be compared', () => {
    const { versions, summary } = describeRollout([old, next]);
    expect(versions[1]).toMatchObject({ role: 'answers who asks for it', comparability: 'not-comparable' });
    expect(summary).toBe(
      '2.1.0 is loaded beside 2.0.0 and answers only who asks for it. Its vectors cannot be compared with those of 2.0.0.',
    );
  });

  it('knows that two spaces were declared comparable', () => {
    const declared = { ...old, comparableWith: ['aaaa', 'bbbb'] };
    expect(describeRollout([declared, next]).versions[1]?.comparability).toBe('declared-comparable');
  });
});
