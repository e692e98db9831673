import fc from 'fast-check';
import { parsePlan, PlanError } from './parse-plan.js';

const plan = {
  generation: 12,
  default: '2.0.0',
  models: [
    { version: '2.0.0', manifest: 'file:///models/default/manifest.json' },
    { version: '2.1.0', manifest: 's3://models/2.1.0/manifest.json', sha256: 'a'.repeat(64) },
  ],
  canary: { version: '2.1.0', weight: 10 },
  switch: { to: '2.1.0', at: '2026-01-01T12:00:00.000Z' },
};

function refusal(text: string): PlanError {
  try {
    parsePlan(text);
  } catch (error) {
    if (error instanceof PlanError) return error;
    throw error;
  }
  throw new Error('the plan was not refused');
}

it('reads a plan', () => {
  expect(parsePlan(JSON.stringify(plan))).toEqual(plan);
});

it('reads a plan with a byte order mark, and names the encoding of one that is not UTF-8', () => {
  const text = `\ufeff${JSON.stringify(plan)}`;
  expect(parsePlan(Buffer.from(text))).toEqual(plan);
  expect(parsePlan(text)).toEqual(plan);
  expect(() => parsePlan(Buffer.from(text, 'utf16le'))).toThrow(
    new PlanError('the plan is not JSON: expected JSON in UTF-8, got UTF-16LE', null),
  );
});

it.each<[string, object, RegExp]>([
  ['a default that is not listed', { default: '3.0.0' }, /default is 3\.0\.0/],
  ['a canary that is not listed', { canary: { version: '3.0.0', weight: 1 } }, /canary\.version is 3\.0\.0/],
  ['a switch to what is not listed', { switch: { to: '3.0.0', at: plan.switch.at } }, /switch\.to is 3\.0\.0/],
  ['a canary that is the default', { canary: { version: '2.0.0', weight: 1 } }, /the default itself/],
  ['a weight beyond 100', { canary: { version: '2.1.0', weight: 101 } }, /\/canary\/weight/],
  ['an instant in another form', { switch: { to: '2.1.0', at: 'tomorrow' } }, /\/switch\/at/],
  ['an instant that there is not', { switch: { to: '2.1.0', at: '2026-13-01T12:00:00Z' } }, /no instant/],
  ['no models', { models: [] }, /\/models/],
  ['an unknown field', { cannary: plan.canary }, /cannary|additional/i],
])('refuses a plan with %s, and knows which one it was', (_what, change, reason) => {
  const refused = refusal(JSON.stringify({ ...plan, ...change }));
  expect(refused.message).toMatch(reason);
  expect(refused.generation).toBe(12);
});

it('names every mistake at once', () => {
  expect(refusal(JSON.stringify({ ...plan, default: 7, models: 7 })).message).toMatch(
    /default.*models|models.*default/,
  );
});

it.each([
  ['', 'half of a file'],
  ['{"generation": 3', 'half of a file'],
  ['null', 'no object'],
  ['{"generation": "3"}', 'a text'],
])('does not know which plan %j was (%s)', (text) => {
  expect(refusal(text).generation).toBeNull();
});

it('answers a plan or a PlanError for any JSON, and nothing else', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(refusal(text)).toBeInstanceOf(PlanError);
    }),
  );
});
