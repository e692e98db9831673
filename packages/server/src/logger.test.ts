import { describeError } from './logger.js';

it('logs name, message, stack and causes of an error, and no other field of it', () => {
  const cause = Object.assign(new TypeError('deep'), { request: 'secret' });
  const line = describeError(Object.assign(new Error('outer', { cause }), { body: 'secret' }));
  expect(line).toMatchObject({ type: 'Error', message: 'outer', cause: { type: 'TypeError', message: 'deep' } });
  expect(JSON.stringify(line)).not.toContain('secret');
});

it('logs what is thrown and is no error', () => {
  expect(describeError('broken')).toEqual({ type: 'string', message: 'broken' });
});

it('comes to an end with an error that causes itself', () => {
  const error = new Error('round');
  error.cause = error;
  expect(() => JSON.stringify(describeError(error))).not.toThrow();
});
