import { ERROR_CODES, ERRORS, type ErrorCode } from './errors.js';
import { toJsonObject } from './json.js';
import { PROBLEM_MEMBERS, type ProblemMember } from './problem-members.js';
import { exampleProblem } from './problem.js';

/** Rows of a table with columns of equal width, as prettier writes them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [head = '', ...body] = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

/** A flat object, a member a line, arrays on one line: as prettier writes it. */
function flatJson(value: object): string {
  const entries: [string, unknown][] = Object.entries(value);
  const text = (member: unknown): string =>
    Array.isArray(member)
      ? `[${member.map((item: unknown) => JSON.stringify(item)).join(', ')}]`
      : JSON.stringify(member);
  return `{\n${entries.map(([key, member]) => `  ${JSON.stringify(key)}: ${text(member)}`).join(',\n')}\n}`;
}

function meaningOf(member: ProblemMember): string {
  const { description } = toJsonObject(PROBLEM_MEMBERS[member]);
  return typeof description === 'string' ? description : '';
}

function members(code: ErrorCode): string {
  const { requires, allows } = ERRORS[code];
  const listed = [
    ...requires.map((member) => `- \`${member}\`: ${meaningOf(member)}`),
    ...allows.map((member) => `- \`${member}\` (not always): ${meaningOf(member)}`),
  ];
  return listed.length === 0 ? '' : `\nIts members:\n\n${listed.join('\n')}\n`;
}

function section(code: ErrorCode): string {
  const { status, title, meaning, fix, retryable } = ERRORS[code];
  return `## ${code}

**${status}, ${title}.** ${meaning}

What to do: ${fix}

Send it again unchanged? ${retryable ? 'Yes, after a pause.' : 'No.'}
${members(code)}
\`\`\`json
${flatJson(exampleProblem(code))}
\`\`\`
`;
}

/** docs/errors.md: every error code with its status, its meaning, an example and what to do. */
export function errorReference(): string {
  const rows = ERROR_CODES.map((code) => {
    const { status, title, retryable } = ERRORS[code];
    return [String(status), `[\`${code}\`](#${code})`, title, retryable ? 'yes' : 'no'];
  });
  return `<!-- Generated from packages/contract/src/errors.ts by \`npm run generate -w @face-comparison/contract\`. Do not edit. -->

# Errors

Every error is answered as \`application/problem+json\` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with these
members:

- \`code\`: what went wrong, for a program. Switch on it, and on nothing else. Codes keep their meaning; new ones may come.
- \`status\`, \`title\`, \`type\`: the HTTP status of the answer, the kind of problem in words, and as a URI.
- \`detail\`: what was expected and what came, for a person. Its words may change.
- \`requestId\`: the same as in the header \`X-Request-Id\`. The log of the service has it too.

Some codes carry more members, named below. With 429 and 503 the header \`Retry-After\` says how many seconds to wait.

${table([['status', 'code', 'what', 'send it again'], ...rows])}

${ERROR_CODES.map(section).join('\n')}`;
}
