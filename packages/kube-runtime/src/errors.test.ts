import { errorFromAnswer, errorFromStatus, isTransient } from './errors.js';

const status = (code: number, reason: string) => JSON.stringify({ kind: 'Status', code, reason, message: 'no' });

describe('an error', () => {
  it.each([
    [400, 'BadRequest', 'bad_request'],
    [401, 'Unauthorized', 'unauthorized'],
    [403, 'Forbidden', 'forbidden'],
    [404, 'NotFound', 'not_found'],
    [405, 'MethodNotAllowed', 'other'],
    [409, 'AlreadyExists', 'already_exists'],
    [409, 'Conflict', 'conflict'],
    [410, 'Expired', 'gone'],
    [422, 'Invalid', 'invalid'],
    [429, 'TooManyRequests', 'too_many_requests'],
    [500, 'InternalError', 'server_error'],
    [503, 'ServiceUnavailable', 'server_error'],
    [504, 'Timeout', 'timeout'],
  ])('of %i %s is %s', (code, reason, expected) => {
    const error = errorFromAnswer('get pods a/b', code, status(code, reason));
    expect(error).toMatchObject({ code: expected, status: code, reason });
    expect(error.message).toBe(`get pods a/b: ${code} ${reason}: no`);
  });

  it('takes the time to wait from the header, or from the body', () => {
    expect(errorFromAnswer('x', 429, status(429, 'TooManyRequests'), '7').retryAfterMs).toBe(7_000);
    const body = JSON.stringify({ kind: 'Status', details: { retryAfterSeconds: 3 } });
    expect(errorFromAnswer('x', 429, body).retryAfterMs).toBe(3_000);
    expect(errorFromAnswer('x', 429, body, 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterMs).toBeUndefined();
  });

  it('shows the beginning of an answer that is no Status', () => {
    const error = errorFromAnswer('list pods', 502, `<html>${'x'.repeat(10_000)}`);
    expect(error.code).toBe('server_error');
    expect(error.message).toMatch(/^list pods: 502: <html>x{294}$/);
    expect(errorFromAnswer('list pods', 502, '').message).toBe('list pods: 502: no message');
  });

  it('inside a stream has the status that it names', () => {
    expect(errorFromStatus('watch pods', { code: 410, reason: 'Expired', message: 'old' })).toMatchObject({
      code: 'gone',
      status: 410,
    });
  });

  it('is transient if the same request may succeed later', () => {
    expect(isTransient(errorFromAnswer('x', 500, ''))).toBe(true);
    expect(isTransient(errorFromAnswer('x', 429, ''))).toBe(true);
    expect(isTransient(errorFromAnswer('x', 409, ''))).toBe(false);
    expect(isTransient(new Error('x'))).toBe(false);
  });
});
