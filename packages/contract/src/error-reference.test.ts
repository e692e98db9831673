import { errorReference } from './error-reference.js';
import { ERROR_CODES, ERRORS } from './errors.js';

const text = errorReference();
const sections = new Map(text.split('\n## ').map((section) => [section.slice(0, section.indexOf('\n')), section]));

describe('the reference of errors', () => {
  it.each(ERROR_CODES)('links %s to a section that says what it means, what to do, and shows it', (code) => {
    const { status, meaning, fix, example, retryable } = ERRORS[code];
    expect(text).toContain(`[\`${code}\`](#${code})`);
    const section = sections.get(code) ?? '';
    for (const part of [String(status), meaning, fix, JSON.stringify(example.detail)]) expect(section).toContain(part);
    expect(section).toContain(`Send it again unchanged? ${retryable ? 'Yes' : 'No'}`);
  });

  it('shows problems that are JSON', () => {
    const shown = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']): unknown => JSON.parse(json));
    expect(shown).toEqual(ERROR_CODES.map((code): unknown => expect.objectContaining({ code })));
  });
});
