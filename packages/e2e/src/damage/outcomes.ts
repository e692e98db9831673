import Type from 'typebox';
import { Value } from 'typebox/value';
import { UnexpectedAnswerError } from '../service/face-client.js';
import type { HttpSender } from '../service/http.js';

/** What a service says of two photos of one person. Only `no-match` misleads. */
export type Outcome = 'match' | 'refused' | 'no-match';

const AnswerSchema = Type.Object({ FaceMatches: Type.Array(Type.Unknown()) });

/**
 * `POST /compare` of two photos as base64.
 *
 * @throws UnexpectedAnswerError for a status other than 200 and 422, or an answer that is not the contract's
 */
export async function compareOutcome(
  send: HttpSender,
  baseUrl: string,
  source: Buffer,
  target: Buffer,
): Promise<Outcome> {
  const body = { source: { img: source.toString('base64') }, target: { img: target.toString('base64') } };
  const answer = await send({
    method: 'POST',
    url: new URL('/compare', baseUrl).href,
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    timeoutMs: 120_000,
  });
  if (answer.status === 422) return 'refused';
  const text = answer.body.toString('utf8');
  const json: unknown = answer.status === 200 ? JSON.parse(text) : undefined;
  if (!Value.Check(AnswerSchema, json)) {
    throw new UnexpectedAnswerError(`expected 200 or 422 from /compare, got ${answer.status}: ${text.slice(0, 300)}`);
  }
  return json.FaceMatches.length > 0 ? 'match' : 'no-match';
}

/** How often each outcome came. */
export type Tally = Readonly<Record<Outcome, number>>;

export function tally(outcomes: readonly Outcome[]): Tally {
  const count = (outcome: Outcome): number => outcomes.filter((other) => other === outcome).length;
  return { match: count('match'), refused: count('refused'), 'no-match': count('no-match') };
}
