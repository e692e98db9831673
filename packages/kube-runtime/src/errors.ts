import type { V1StatusDetails } from '@kubernetes/client-node';
import type { Wire } from './wire.js';

/** What went wrong, for programs. */
export type KubeErrorCode =
  | 'not_found'
  | 'conflict'
  | 'already_exists'
  | 'invalid'
  | 'forbidden'
  | 'unauthorized'
  | 'too_many_requests'
  | 'gone'
  | 'timeout'
  | 'unreachable'
  | 'bad_request'
  | 'server_error'
  | 'other';

export type StatusDetails = Wire<V1StatusDetails>;

interface KubeErrorFields {
  readonly code: KubeErrorCode;
  /** What was asked: `apply configmaps default/settings`. */
  readonly action: string;
  /** What the server said, or why there was no answer. */
  readonly said: string;
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly details?: StatusDetails | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A call to the API server that failed. The message names the verb, the resource, the key and what the server said. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: KubeErrorCode;
  /** HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** `reason` of the server's Status: `Conflict`, `AlreadyExists`, `Expired`, ... */
  readonly reason: string | undefined;
  /** Which fields were wrong, and why (`details.causes`). */
  readonly details: StatusDetails | undefined;
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(fields: KubeErrorFields) {
    const status = fields.status === undefined ? '' : `${fields.status} ${fields.reason ?? ''}`.trim() + ': ';
    super(`${fields.action}: ${status}${fields.said}`, fields.cause === undefined ? {} : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status;
    this.reason = fields.reason;
    this.details = fields.details;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

export const isNotFound = (error: unknown): error is KubeError => hasCode(error, 'not_found');
/** Another writer was there first: read again. Not the same as {@link isAlreadyExists}, though both are 409. */
export const isConflict = (error: unknown): error is KubeError => hasCode(error, 'conflict');
export const isAlreadyExists = (error: unknown): error is KubeError => hasCode(error, 'already_exists');
export const isInvalid = (error: unknown): error is KubeError => hasCode(error, 'invalid');
export const isForbidden = (error: unknown): error is KubeError => hasCode(error, 'forbidden');
/** The resourceVersion or continue token is too old: list again. */
export const isGone = (error: unknown): error is KubeError => hasCode(error, 'gone');
/** Nothing is wrong with the request; the same one may succeed later. */
export const isTransient = (error: unknown): error is KubeError =>
  error instanceof KubeError &&
  (['too_many_requests', 'timeout', 'unreachable', 'server_error'] satisfies KubeErrorCode[]).some(
    (code) => code === error.code,
  );

function hasCode(error: unknown, code: KubeErrorCode): error is KubeError {
  return error instanceof KubeError && error.code === code;
}

/** The parts of metav1.Status that an error is made of. */
interface StatusBody {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: StatusDetails;
}

/** Longest piece of an answer that is no Status (a proxy's page of HTML) put into a message, in characters. */
const MAX_FOREIGN_TEXT = 300;

/**
 * The error of an answer with a status of 400 or more.
 *
 * @param retryAfter the header of that name
 */
export function errorFromAnswer(action: string, status: number, body: string, retryAfter?: string): KubeError {
  return errorFromStatus(action, parseStatus(body) ?? { message: body.slice(0, MAX_FOREIGN_TEXT) }, status, retryAfter);
}

/** The error of a metav1.Status, which a watch sends inside a stream that began with 200. */
export function errorFromStatus(action: string, body: StatusBody, httpStatus?: number, retryAfter?: string): KubeError {
  const status = httpStatus ?? body.code ?? 500;
  const seconds = retryAfter === undefined ? body.details?.retryAfterSeconds : Number(retryAfter);
  return new KubeError({
    code: codeOf(status, body.reason),
    action,
    said: body.message?.trim() || 'no message',
    status,
    reason: body.reason,
    details: body.details,
    retryAfterMs: seconds !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined,
  });
}

/** A Status in the body of an answer. The API server sends JSON for every error; what stands before it may not. */
export function parseStatus(body: string): StatusBody | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isStatus(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isStatus(value: unknown): value is StatusBody {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status';
}

function codeOf(status: number, reason: string | undefined): KubeErrorCode {
  switch (status) {
    case 400:
      return 'bad_request';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 408:
    case 504:
      return 'timeout';
    case 409:
      return reason === 'AlreadyExists' ? 'already_exists' : 'conflict';
    case 410:
      return 'gone';
    case 422:
      return 'invalid';
    case 429:
      return 'too_many_requests';
    default:
      return status >= 500 ? 'server_error' : 'other';
  }
}
