export { ERROR_CODES, ERRORS, isErrorCode, type ErrorCode } from './errors.js';
export * from './headers.js';
export * from './models.js';
export * from './operations.js';
export { problem, PROBLEM_MEDIA_TYPE, ProblemSchema, problemType, type Problem, type ProblemExtra } from './problem.js';
export { PROBLEM_MEMBERS, type ProblemMember, type ProblemMembers } from './problem-members.js';
export * from './schemas.js';
export * from './serving.js';
