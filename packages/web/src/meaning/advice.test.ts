import {
  FaceComparisonError,
  ImageUndecodableError,
  ModelVersionUnavailableError,
  NetworkError,
  RateLimitedError,
  UnauthorizedError,
} from '@face-comparison/client';
import { UnshowablePhotoError } from '../photo/prepare-photo.js';
import { adviceFor } from './advice.js';

describe('what to do about an error', () => {
  it.each([
    [new NetworkError('fetch failed'), 'The service does not answer', 'try-again'],
    [new ImageUndecodableError('...'), 'a.jpg is damaged', 'choose-another'],
    [new UnauthorizedError('...'), 'The service wants a key', 'enter-key'],
    [new ModelVersionUnavailableError('...'), 'That version is not loaded any more', 'unpin-version'],
  ])('%s: %s', (error, title, remedy) => {
    expect(adviceFor(error, 'a.jpg')).toMatchObject({ title, remedy });
  });

  it('is to wait as long as the service says', () => {
    expect(adviceFor(new RateLimitedError('...', { retryAfterMs: 12_000 }), 'a.jpg').text).toBe(
      'Wait 12 seconds and try again.',
    );
  });

  it('is what the service says where the page knows no better', () => {
    const error = new FaceComparisonError('...', {
      code: 'newer_than_this_page',
      detail: 'the moon is not full',
      requestId: 'id-1',
    });
    expect(adviceFor(error, 'a.jpg')).toEqual({
      title: 'The service refused this',
      text: 'The moon is not full.',
      remedy: 'choose-another',
      requestId: 'id-1',
    });
  });

  it.each([
    ['unknown', 'a.txt is no photo'],
    ['heic', 'a.txt cannot be shown'],
    ['tiff', 'a.txt cannot be shown'],
  ] as const)('is to choose another file when the browser cannot show it (%s)', (format, title) => {
    const error = new UnshowablePhotoError('a.txt', format, undefined, new Error('EncodingError'));
    expect(adviceFor(error, 'a.txt')).toMatchObject({ title, remedy: 'choose-another' });
  });

  it('does not hide a mistake of the page', () => {
    expect(adviceFor(new TypeError('x is undefined'), 'a.jpg').text).toMatch(/^X is undefined\. Load the page again/);
  });
});
