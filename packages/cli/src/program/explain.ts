import { FaceComparisonError } from '@face-comparison/client';
import { CliError, PhotoError, UsageError } from './cli-error.js';
import { codeOf, reasonOf } from './reason.js';

/** An error in the words of this program. */
export interface Explanation {
  /** What happened. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Codes of the service and of the engine that are about one photo: another one may do. */
const PHOTO_CODES: ReadonlySet<string> = new Set([
  'unsupported_image_format',
  'image_undecodable',
  'image_dimensions_exceeded',
  'image_source_missing',
  'unsupported_media_type',
  'body_too_large',
  'image_too_large',
  'url_not_allowed',
  'url_unreachable',
  'no_face_found',
  'invalid_input',
  // A photo may be what takes too long, or what breaks the service.
  'timeout',
  'deadline_exceeded',
  'internal',
]);

/** Whether an error is about one photo, so that the others are worth a try. */
export function isAboutThePhoto(error: unknown): boolean {
  if (error instanceof PhotoError) return true;
  return error instanceof FaceComparisonError && PHOTO_CODES.has(error.code);
}

/** Says what went wrong and what to do. Nothing of it is a stack trace. */
export function explain(error: unknown, url: string): Explanation {
  if (error instanceof UsageError) {
    return { message: error.message, hint: error.hint ?? 'With --help the command says what it takes.' };
  }
  if (error instanceof CliError) return { message: error.message, ...(error.hint && { hint: error.hint }) };
  if (error instanceof FaceComparisonError) return explainService(error, url);
  return { message: sentence(reasonOf(error)) };
}

/** What went wrong, in one line. */
export function explainInLine(error: unknown, url: string): string {
  const { message } = explain(error, url);
  return message;
}

function explainService(error: FaceComparisonError, url: string): Explanation {
  const detail = sentence(error.detail ?? error.message);
  switch (error.code) {
    case 'network_error':
      return {
        message: `No service answers at ${url} (${systemReason(error)}).`,
        hint: 'Start one with "npm start", name another with --url or FACE_COMPARISON_URL, or compute on this machine with --local.',
      };
    case 'unauthorized':
      return {
        message: `The service at ${url} wants a key: ${detail}`,
        hint: 'Put the key into a file and name it with --api-key-file, or into FACE_COMPARISON_API_KEY.',
      };
    case 'forbidden':
      return {
        message: `The service at ${url} knows the key and does not allow this: ${detail}`,
        hint: 'Ask the operator of the service for a key that may do it.',
      };
    case 'model_version_unavailable':
      return { message: detail, hint: 'Choose a loaded version with --model-version.' };
    case 'rate_limited':
    case 'overloaded':
      return {
        message: `The service at ${url} is asked too much: ${detail}`,
        hint: 'Use a smaller --concurrency, or try again later.',
      };
    case 'not_ready':
    case 'shutting_down':
      return { message: `The service at ${url} is not ready: ${detail}`, hint: 'Try again in a moment.' };
    case 'timeout':
      return { message: detail, hint: 'Allow more with --timeout, or use a smaller --concurrency.' };
    case 'internal':
      return {
        message: detail,
        hint: `The log of the service has more under the request ${error.requestId ?? '(unknown)'}.`,
      };
    case 'unexpected_response':
    case 'not_found':
      return { message: detail, hint: `Is the service really at ${url}?` };
    default:
      return { message: detail };
  }
}

/** What the system said: the code at the end of the causes, e.g. ECONNREFUSED. */
function systemReason(error: Error): string {
  let reason = error.message;
  for (let cause = error.cause; typeof cause === 'object' && cause !== null; cause = causeOf(cause)) {
    reason = codeOf(cause) ?? reasonOf(cause);
  }
  return reason;
}

function causeOf(error: object): unknown {
  return 'cause' in error ? error.cause : undefined;
}

/** With a capital and a full stop. */
function sentence(text: string): string {
  const trimmed = text.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`;
}
