import { ERROR_CODES, ERRORS, type ErrorCode } from './errors.js';
import { problem, type ProblemExtra } from './problem.js';
import { PROBLEM_MEMBERS } from './problem-members.js';

describe('a problem', () => {
  it('has type, title and status of its code, and detail and request id of its occurrence', () => {
    expect(problem('internal', 'it broke', 'r-1')).toEqual({
      type: 'urn:face-comparison:error:internal',
      title: 'The service failed',
      status: 500,
      detail: 'it broke',
      code: 'internal',
      requestId: 'r-1',
    });
  });

  it('carries the members of its code', () => {
    expect(problem('model_version_unavailable', 'no', 'r-2', { loadedVersions: ['2.0.0'] })).toMatchObject({
      status: 409,
      loadedVersions: ['2.0.0'],
    });
  });

  it('demands the members that its code requires, and takes no others', () => {
    // @ts-expect-error loadedVersions is required
    problem('model_version_unavailable', 'no', 'r-3');
    // @ts-expect-error internal has no members, so that nothing leaks
    problem('internal', 'no', 'r-3', { parameter: 'x' });
    // @ts-expect-error the number of seconds is a number
    problem('overloaded', 'no', 'r-3', { retryAfterSeconds: '1' });
  });

  it('can be made from a code and members that are known only when it happens', () => {
    const late: { code: ErrorCode; extra?: ProblemExtra<ErrorCode> } = {
      code: 'not_ready',
      extra: { retryAfterSeconds: 2 },
    };
    expect(problem(late.code, 'loading', 'r-4', late.extra)).toMatchObject({ status: 503, retryAfterSeconds: 2 });
  });
});

describe('the error table', () => {
  it.each(ERROR_CODES)(
    'gives %s an example with all members that it requires and none that it does not allow',
    (code) => {
      const { requires, allows, example } = ERRORS[code];
      const given = Object.keys(example.members);
      expect(given).toEqual(expect.arrayContaining([...requires]));
      expect([...requires, ...allows]).toEqual(expect.arrayContaining(given));
    },
  );

  it('says with 429 and 503 how long to wait, and that trying again may help', () => {
    for (const code of ERROR_CODES) {
      const { status, requires, retryable } = ERRORS[code];
      const mustWait = status === 429 || status === 503;
      expect([code, (requires as readonly string[]).includes('retryAfterSeconds')]).toEqual([code, mustWait]);
      if (mustWait) expect([code, retryable]).toEqual([code, true]);
    }
  });

  it('uses every member', () => {
    const used = new Set(ERROR_CODES.flatMap((code): string[] => [...ERRORS[code].requires, ...ERRORS[code].allows]));
    expect([...used].sort()).toEqual(Object.keys(PROBLEM_MEMBERS).sort());
  });
});
