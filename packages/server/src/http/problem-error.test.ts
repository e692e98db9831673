import { ERRORS, type ErrorCode, ProblemError } from '@face-comparison/contract';
import { ImageSourceError } from '../image-source/image-source-error.js';
import { LaneJobError, LaneLostError } from '../lanes/lane.js';
import { ClientGoneError, DeadlineExceededError, OverloadedError, SchedulerClosedError } from '../lanes/scheduler.js';
import { toProblemError } from './problem-error.js';
import type { RequestFacts } from './request-facts.js';

const facts: RequestFacts = {
  deadlineMs: 30_000,
  bodyLimitBytes: 1000,
  isImage: false,
  contentType: 'text/plain',
  acceptedMediaTypes: ['application/json', 'image/*'],
  isDraining: false,
};

const fromFastify = (code: string): Error => Object.assign(new Error('in the words of Fastify'), { code });

describe('toProblemError', () => {
  it.each<[string, unknown, ErrorCode, object, Partial<RequestFacts>?]>([
    ['a full queue', new OverloadedError(7, 64), 'overloaded', { retryAfterSeconds: 7 }],
    ['a deadline', new DeadlineExceededError('late'), 'deadline_exceeded', { deadlineMs: 30_000 }],
    [
      'a deadline in a lane',
      new LaneJobError('deadline_exceeded', 'late', {}),
      'deadline_exceeded',
      { deadlineMs: 30_000 },
    ],
    [
      'a deadline while fetching',
      new ImageSourceError('deadline_exceeded', 'late', { deadlineMs: 1, parameter: 'url' }),
      'deadline_exceeded',
      { deadlineMs: 30_000 },
    ],
    ['a client that has gone', new ClientGoneError('gone'), 'deadline_exceeded', { deadlineMs: 30_000 }],
    [
      'a format that is not read',
      new LaneJobError('unsupported_image_format', 'gif', { detectedFormat: 'gif' }),
      'unsupported_image_format',
      { detectedFormat: 'gif', acceptedFormats: ['jpeg', 'png', 'bmp'] },
    ],
    [
      'a URL that leads nowhere',
      new ImageSourceError('url_unreachable', 'gone', { parameter: 'url', upstreamStatus: 404 }),
      'url_unreachable',
      { parameter: 'url', upstreamStatus: 404 },
    ],
    ['a failure in a lane', new LaneJobError('internal', 'secret', {}), 'internal', {}],
    ['a lane that is lost', new LaneLostError('SIGKILL'), 'internal', {}],
    [
      'a lane that is lost at the end',
      new LaneLostError('SIGKILL'),
      'shutting_down',
      { retryAfterSeconds: 1 },
      { isDraining: true },
    ],
    ['a queue that is closed', new SchedulerClosedError(), 'shutting_down', { retryAfterSeconds: 1 }],
    [
      'a media type that is not taken',
      fromFastify('FST_ERR_CTP_INVALID_MEDIA_TYPE'),
      'unsupported_media_type',
      { acceptedMediaTypes: ['application/json', 'image/*'] },
    ],
    ['a path that is none', fromFastify('FST_ERR_BAD_URL'), 'not_found', {}],
    ['a body that is too large', fromFastify('FST_ERR_CTP_BODY_TOO_LARGE'), 'body_too_large', { limitBytes: 1000 }],
    [
      'an image that is too large',
      fromFastify('FST_ERR_CTP_BODY_TOO_LARGE'),
      'image_too_large',
      { limitBytes: 1000 },
      { isImage: true },
    ],
    [
      'a body of another length',
      fromFastify('FST_ERR_CTP_INVALID_CONTENT_LENGTH'),
      'invalid_parameter',
      { parameter: 'Content-Length' },
    ],
    ['an error that nobody thought of', new TypeError('secret'), 'internal', {}],
    ['something that is no error', 'secret', 'internal', {}],
  ])('says %s in the words of the contract', (_what, error, code, members, more = {}) => {
    const problem = toProblemError(error, { ...facts, ...more });
    expect({ code: problem.code, members: problem.members }).toEqual({ code, members });
  });

  it('tells nothing of an error that nobody thought of, and keeps it for the log', () => {
    const cause = new TypeError('secret');
    const problem = toProblemError(cause, facts);
    expect(JSON.stringify(problem.toProblem('id'))).not.toContain('secret');
    expect(problem.cause).toBe(cause);
  });

  it('leaves a problem as it is', () => {
    const problem = new ProblemError('not_found', 'nothing here');
    expect(toProblemError(problem, facts)).toBe(problem);
  });
});

describe('a problem', () => {
  it('has status and title of its row of the table', () => {
    expect(new ProblemError('not_ready', 'soon', { retryAfterSeconds: 2 }).toProblem('id-1')).toEqual({
      type: 'urn:face-comparison:error:not_ready',
      title: ERRORS.not_ready.title,
      status: 503,
      detail: 'soon',
      code: 'not_ready',
      requestId: 'id-1',
      retryAfterSeconds: 2,
    });
  });
});
