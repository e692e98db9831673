import {
  ImageUndecodableError,
  ModelVersionUnavailableError,
  NetworkError,
  UnauthorizedError,
} from '@face-comparison/client';
import { CliError, PhotoError, UsageError } from './cli-error.js';
import { explain, isAboutThePhoto } from './explain.js';

const URL = 'http://127.0.0.1:8080';

describe('an error', () => {
  it('of a service that does not run says how to start one, or to do without', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const error = new NetworkError('no', { cause: new TypeError('fetch failed', { cause: refused }) });
    const { message, hint } = explain(error, URL);
    expect(message).toBe('No service answers at http://127.0.0.1:8080 (ECONNREFUSED).');
    expect(hint).toMatch(/npm start.*--url.*--local/);
  });

  it('of a key says where keys go', () => {
    const error = new UnauthorizedError('', { detail: 'the key is not known' });
    expect(explain(error, URL).message).toBe(`The service at ${URL} wants a key: The key is not known.`);
    expect(explain(error, URL).hint).toContain('--api-key-file');
  });

  it('of a version passes on which ones are loaded', () => {
    const error = new ModelVersionUnavailableError('', {
      detail: 'version 3 is not loaded; loaded are 2.0.0 and 2.1.0',
    });
    expect(explain(error, URL)).toEqual({
      message: 'Version 3 is not loaded; loaded are 2.0.0 and 2.1.0.',
      hint: 'Choose a loaded version with --model-version.',
    });
  });

  it('of wrong use points to the help', () => {
    expect(explain(new UsageError('No.'), URL).hint).toContain('--help');
  });

  it.each<[boolean, Error]>([
    [true, new PhotoError('x is empty.')],
    [true, new ImageUndecodableError('')],
    [false, new NetworkError('')],
    [false, new UnauthorizedError('')],
    [false, new CliError('')],
    [false, new Error('a bug')],
  ])('is about the photo only: %p, %p', (expected, error) => expect(isAboutThePhoto(error)).toBe(expected));
});
