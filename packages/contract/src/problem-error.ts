import { ERRORS, type ErrorCode } from './errors.js';
import { problem, type Problem, type ProblemArguments, type ProblemExtra } from './problem.js';
import type { ProblemMembers } from './problem-members.js';

/** A code, the detail, the extension members that the table requires or allows for the code, and the cause. */
type ProblemErrorArguments = {
  [C in ErrorCode]: [code: C, detail: string, ...rest: ProblemArguments<C, [options?: ErrorOptions | undefined]>];
}[ErrorCode];

/** An error that has a row in the error table. Its message is the `detail` that the caller reads. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ErrorCode;
  /** Extension members of the problem. */
  readonly members: Readonly<Partial<ProblemMembers>>;

  /** The detail says what is wrong, the value received and the form expected. */
  constructor(...[code, detail, members, options]: ProblemErrorArguments) {
    super(detail, options);
    this.code = code;
    this.members = members ?? {};
  }

  /**
   * An error whose code is known only at run time, for example one that a worker reports. Members that the table does not
   * list for the code are dropped.
   *
   * @throws TypeError when a member is missing that the table requires
   */
  static from(
    code: ErrorCode,
    detail: string,
    members: Readonly<Partial<ProblemMembers>>,
    options?: ErrorOptions,
  ): ProblemError {
    const args = [code, detail, checkedMembers(code, members), options];
    // The members have just been checked against the row of the code, which the compiler cannot see.
    return new ProblemError(...(args as ProblemErrorArguments));
  }

  /** The body of the answer. */
  toProblem(requestId: string): Problem {
    return problem(this.code, this.message, requestId, checkedMembers(this.code, this.members));
  }
}

function checkedMembers(code: ErrorCode, members: Readonly<Partial<ProblemMembers>>): ProblemExtra<ErrorCode> {
  const { requires, allows }: { requires: readonly string[]; allows: readonly string[] } = ERRORS[code];
  const missing = requires.find((name) => !Object.hasOwn(members, name));
  if (missing !== undefined) throw new TypeError(`problem ${code} lacks its member ${missing}`);
  const listed = Object.entries(members).filter(([name]) => requires.includes(name) || allows.includes(name));
  // What the table lists for the code is all that is left.
  return Object.fromEntries(listed);
}
