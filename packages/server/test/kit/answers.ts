import {
  ERRORS,
  HEADERS,
  PROBLEM_MEDIA_TYPE,
  ProblemSchema,
  problemType,
  type ErrorCode,
  type Problem,
} from '@face-comparison/contract';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** The error codes that were provoked in this test file so far, with the details that they came with. */
export const provoked = new Map<ErrorCode, Set<string>>();

/** Members that every problem has. */
const COMMON = ['type', 'title', 'status', 'detail', 'code', 'requestId'];

/** Reads a JSON answer with status 200 and checks it against a schema of the contract. */
export async function answerOf<S extends TSchema>(response: Response, schema: S): Promise<Static<S>> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`expected 200, received ${response.status}: ${text.slice(0, 500)}`);
  const body: unknown = JSON.parse(text);
  const mistakes = Value.Errors(schema, body).map(({ instancePath, message }) => `${instancePath} ${message}`);
  expect(mistakes).toEqual([]);
  return body as Static<S>;
}

/** Reads a problem, checks all that the contract promises of problems with this code, and notes that it was provoked. */
export async function problemOf(response: Response, code: ErrorCode): Promise<Problem> {
  const text = await response.text();
  const definition = ERRORS[code];
  const problem = JSON.parse(text) as Problem;
  expect({ code: problem.code, status: response.status, detail: problem.detail }).toEqual({
    code,
    status: definition.status,
    detail: problem.detail,
  });
  expect(Value.Errors(ProblemSchema, problem)).toEqual([]);
  expect(response.headers.get('content-type')).toBe(PROBLEM_MEDIA_TYPE);
  expect(problem).toMatchObject({
    type: problemType(code),
    title: definition.title,
    status: definition.status,
    requestId: response.headers.get(HEADERS.requestId),
  });
  const members = Object.keys(problem).filter((member) => !COMMON.includes(member));
  const requires: readonly string[] = definition.requires;
  const allowed: readonly string[] = [...definition.requires, ...definition.allows];
  expect(members).toEqual(expect.arrayContaining([...requires]));
  expect(members.filter((member) => !allowed.includes(member))).toEqual([]);
  if (problem.retryAfterSeconds !== undefined) {
    expect(response.headers.get(HEADERS.retryAfter)).toBe(String(problem.retryAfterSeconds));
  }
  provoked.set(code, (provoked.get(code) ?? new Set()).add(problem.detail));
  return problem;
}
