import Type, { type Static } from 'typebox';

import { ERROR_CODES, ERRORS, type ErrorCode } from './errors.js';
import { PROBLEM_MEMBERS, type ProblemMember, type ProblemMembers } from './problem-members.js';

/** Media type of an error answer. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** An error as it is answered: RFC 9457 problem details with a code, the request's id and members of the code. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({
      title: 'Type',
      description: 'A URI that names the kind of problem: urn:face-comparison:error: and the code.',
      examples: ['urn:face-comparison:error:invalid_parameter'],
    }),
    title: Type.String({
      title: 'Title',
      description: 'The kind of problem in a few words; the same for each occurrence of the code.',
      examples: [ERRORS.invalid_parameter.title],
    }),
    status: Type.Integer({
      format: 'int32',
      minimum: 400,
      maximum: 599,
      title: 'Status',
      description: 'The HTTP status of this answer.',
      examples: [400],
    }),
    detail: Type.String({
      title: 'Detail',
      description: 'What is wrong, what was received and what was expected, for a person. Do not parse it.',
      examples: [ERRORS.invalid_parameter.example.detail],
    }),
    // A string and no enum: a client that was generated from an enum fails on a code that is added later.
    code: Type.String({
      pattern: '^[a-z0-9_]+$',
      title: 'Code',
      description: `What went wrong, for a program. A code keeps its meaning and its status; new codes may be added, so treat one that you do not know by its status. Known codes: ${ERROR_CODES.join(', ')}.`,
      examples: ['invalid_parameter'],
    }),
    requestId: Type.String({
      title: 'Request id',
      description: 'The same as in the header X-Request-Id; the log of the service has it too.',
      examples: ['0d5c3a52-6f0e-4f0e-9f6b-4f3c9a0d8c11'],
    }),
    ...Type.Partial(Type.Object(PROBLEM_MEMBERS)).properties,
  },
  {
    title: 'Problem',
    description: 'An error, as RFC 9457 problem details. Ignore members that you do not know.',
  },
);

/** An error as it is answered. */
export type Problem = Static<typeof ProblemSchema>;

type RequiredMember<C extends ErrorCode> = (typeof ERRORS)[C]['requires'][number];
type AllowedMember<C extends ErrorCode> = (typeof ERRORS)[C]['allows'][number];

/** The members that a problem of a code carries beside those that all problems have, and no others. */
export type ProblemExtra<C extends ErrorCode> = C extends ErrorCode
  ? { [M in RequiredMember<C>]: ProblemMembers[M] } & { [M in AllowedMember<C>]?: ProblemMembers[M] } & {
      [M in Exclude<ProblemMember, RequiredMember<C> | AllowedMember<C>>]?: never;
    }
  : never;

/** The last arguments of what makes a problem: its members, which only codes that require none may leave out. */
export type ProblemArguments<C extends ErrorCode, Rest extends unknown[] = []> =
  Partial<ProblemExtra<C>> extends ProblemExtra<C>
    ? [extra?: ProblemExtra<C> | undefined, ...Rest]
    : [extra: ProblemExtra<C>, ...Rest];

/** The URI that names an error code as the `type` of a problem. */
export function problemType(code: ErrorCode): string {
  return `urn:face-comparison:error:${code}`;
}

/**
 * The body of an error answer (RFC 9457).
 *
 * @param code - a code of the error table; gives `type`, `title` and `status`
 * @param detail - what was expected, what came, what to do; for a person
 * @param requestId - the id that X-Request-Id carries
 * @param extra - the members that the table demands or allows for this code
 */
export function problem<C extends ErrorCode>(
  code: C,
  detail: string,
  requestId: string,
  ...[extra]: ProblemArguments<C>
): Problem {
  const { status, title } = ERRORS[code];
  return { type: problemType(code), title, status, detail, code, requestId, ...extra };
}

/** A problem of a code as a caller may meet it, from the error table; for documents. */
export function exampleProblem(code: ErrorCode): Problem {
  const { detail, members } = ERRORS[code].example;
  return { ...problem(code, detail, '0d5c3a52-6f0e-4f0e-9f6b-4f3c9a0d8c11', {}), ...members };
}
