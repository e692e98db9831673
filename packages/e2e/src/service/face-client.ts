import { setTimeout as sleep } from 'node:timers/promises';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { createHttpSender, type HttpAnswer, type HttpSender } from './http.js';

const FaceSchema = Type.Object({
  BoundingBox: Type.Object({
    Width: Type.Number(),
    Height: Type.Number(),
    Left: Type.Number(),
    Top: Type.Number(),
  }),
  Confidence: Type.Number({ minimum: 0, maximum: 1 }),
  face_hash: Type.Optional(Type.Array(Type.Number(), { minItems: 1 })),
});

const AnswerSchema = Type.Object({ Faces: Type.Array(FaceSchema), FaceModelVersion: Type.String({ minLength: 1 }) });

/** A face as the service describes it; the box in fractions of the upright picture, the confidence in 0..1. */
export type Face = Static<typeof FaceSchema>;

/** Which vectors may be compared with each other. */
export interface VectorOrigin {
  readonly modelVersion: string;
  readonly embeddingSpace: string;
}

export interface FacesAnswer {
  readonly faces: readonly Face[];
  readonly origin: VectorOrigin;
}

/** The service refused, or answered something that its contract does not allow. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

export interface FaceClientOptions {
  /** Base of the service, e.g. http://127.0.0.1:8080. */
  readonly baseUrl: string;
  readonly timeoutMs?: number;
  /** How often an answer "come back later" (429, 503) is followed by another try. */
  readonly maxRetries?: number;
  readonly send?: HttpSender;
}

/** Asks a running service for the faces of pictures. */
export class FaceClient {
  readonly #options: Required<FaceClientOptions>;

  constructor(options: FaceClientOptions) {
    this.#options = { timeoutMs: 600_000, maxRetries: 20, send: createHttpSender('keep-alive'), ...options };
  }

  /**
   * `POST /face_comparison` with the picture as the body.
   *
   * @param query e.g. `{ face_hash: 'false' }`
   * @throws UnexpectedAnswerError for any status but 200, naming the service's own reason
   */
  async faces(picture: Buffer, query: Readonly<Record<string, string>> = {}): Promise<FacesAnswer> {
    const url = new URL('/face_comparison', this.#options.baseUrl);
    url.search = new URLSearchParams(query).toString();
    const answer = await this.#sendPatiently(url.href, picture);
    if (answer.status !== 200) {
      throw new UnexpectedAnswerError(
        `expected 200 from ${url.pathname}, got ${answer.status}: ${answer.body.toString('utf8').slice(0, 300)}`,
      );
    }
    const { Faces, FaceModelVersion } = parseAnswer(answer.body);
    return {
      faces: Faces,
      origin: { modelVersion: FaceModelVersion, embeddingSpace: answer.headers['face-embedding-space'] ?? 'unknown' },
    };
  }

  async #sendPatiently(url: string, body: Buffer): Promise<HttpAnswer> {
    const { send, timeoutMs, maxRetries } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const answer = await send({ method: 'POST', url, headers: { 'Content-Type': 'image/jpeg' }, body, timeoutMs });
      if ((answer.status !== 429 && answer.status !== 503) || attempt >= maxRetries) return answer;
      const retryAfterS = Number(answer.headers['retry-after'] ?? '1');
      await sleep(1000 * (Number.isFinite(retryAfterS) ? Math.min(retryAfterS, 10) : 1));
    }
  }
}

function parseAnswer(body: Buffer): Static<typeof AnswerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new UnexpectedAnswerError('expected JSON from /face_comparison', { cause });
  }
  if (Value.Check(AnswerSchema, json)) return json;
  const [first] = Value.Errors(AnswerSchema, json);
  throw new UnexpectedAnswerError(
    `the answer of /face_comparison breaks the contract at ${first?.instancePath ?? '/'}: ${first?.message ?? 'unknown'}`,
  );
}
