import { lackOfMemory, memoryForTwoMiB } from './memory.js';

const large = { sharedMiB: 149, perLaneMiB: 293 };
const small = { sharedMiB: 38, perLaneMiB: 279 };

describe('memoryForTwoMiB', () => {
  it('has room for the HTTP process and twice all lanes, one of which can use several threads', () =>
    expect(memoryForTwoMiB(large, large, 8)).toBe(640 + 2 * (149 + 8 * 293 + 110)));

  it('has room for the one lane that makes the mapped form, where that is more than all lanes take later', () =>
    expect(memoryForTwoMiB(large, large, 1)).toBe(Math.ceil(640 + (149 + 293) + 6.6 * 149)));

  // MODEL_CARD.md of the default model has what was measured.
  it.each([
    ['default', large, 795],
    ['float32', large, 975],
    ['lite', small, 226],
  ])('has room for what loading %s was seen to take', (_, model, measuredMiB) =>
    expect(
      memoryForTwoMiB(small, model, 1) - memoryForTwoMiB(small, { sharedMiB: 0, perLaneMiB: 0 }, 1),
    ).toBeGreaterThan(measuredMiB),
  );
});

describe('lackOfMemory', () => {
  it('is none where pods were made for two versions of as large a model', () =>
    expect(lackOfMemory(`${memoryForTwoMiB(large, large, 2)}Mi`, large, small, 2)).toBeUndefined());

  it('says what is needed, what there is, and what to do', () =>
    expect(lackOfMemory('1Gi', small, large, 2)).toBe(
      'two versions need 2330 MiB in each pod and the limit is 1024 MiB; set spec.resources.limits.memory to 2330Mi, which restarts the pods',
    ));

  it('takes a model without figures for one like the default', () => {
    expect(lackOfMemory('1Gi', undefined, undefined, 2)).toContain('two versions need');
    expect(lackOfMemory('4Gi', undefined, undefined, 2)).toBeUndefined();
  });

  it('is none without a limit', () => expect(lackOfMemory(undefined, large, large, 64)).toBeUndefined());
});
