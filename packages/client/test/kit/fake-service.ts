import { problem, PROBLEM_MEDIA_TYPE, type ErrorCode, type ProblemMembers } from '@face-comparison/contract';

/** What the fake answers: an answer, an error that fetch throws, or what becomes of the request. */
type Answer = Response | Error | ((request: Request) => Response | Promise<Response>);

/** A service that answers as told, one answer after the other, and remembers what it was sent. */
export class FakeService {
  readonly requests: Request[] = [];
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  readonly fetch = async (input: Request | string | URL): Promise<Response> => {
    if (!(input instanceof Request)) throw new Error('expected a Request');
    // As a server does: the body is read when the request comes.
    this.requests.push(input.clone());
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error('the fake has no answer left');
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? await answer(input) : answer;
  };

  /** The only request. */
  get request(): Request {
    const [request, ...others] = this.requests;
    if (request === undefined || others.length > 0)
      throw new Error(`${this.requests.length} requests came, expected one`);
    return request;
  }
}

export const SPACE = 'edaca20b0ccc9286';

export function answer(body: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set('Content-Type', 'application/json');
  headers.set('Face-Model-Version', '2.0.0');
  headers.set('Face-Embedding-Space', SPACE);
  headers.set('X-Request-Id', 'request-1');
  return new Response(JSON.stringify(body), { ...init, headers });
}

const FACE = {
  BoundingBox: { Left: 0.1, Top: 0.2, Width: 0.3, Height: 0.4 },
  Confidence: 0.995,
};

export function facesAnswer(face: object = {}, init: ResponseInit = {}): Response {
  return answer({ Faces: [{ ...FACE, ...face }], FaceModelVersion: '2.0.0' }, init);
}

export function comparisonAnswer(init: ResponseInit = {}): Response {
  return answer(
    {
      SourceImageFace: FACE,
      FaceMatches: [{ Similarity: 98.5, Face: FACE }, { Similarity: 90 }],
      SourceImageFaceCount: 2,
      UnmatchedFaces: [{ Similarity: 12.5, ...FACE }, { Similarity: 3 }],
      FaceModelVersion: '2.0.0',
    },
    init,
  );
}

/** An error as the service answers it. */
export function problemAnswer(
  code: ErrorCode,
  members: Partial<ProblemMembers> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = { ...problem<ErrorCode>(code, 'what was expected and what came', 'request-1', {}), ...members };
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { 'Content-Type': PROBLEM_MEDIA_TYPE, 'X-Request-Id': 'request-1', ...headers },
  });
}

/** What undici's fetch throws when nobody listens. */
export function connectionRefused(): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
}

/** A part of a form, as it came. */
export interface Part {
  readonly head: string;
  readonly bytes: Uint8Array;
}

/** Takes a multipart/form-data body apart (RFC 7578), byte by byte. */
export async function partsOf(request: Request): Promise<Part[]> {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(request.headers.get('content-type') ?? '')?.[1];
  const body = Buffer.from(await request.arrayBuffer()).toString('latin1');
  const [before, ...parts] = `\r\n${body}`.split(`\r\n--${String(boundary)}`);
  if (before !== '' || parts.pop() !== '--\r\n') throw new Error('the form does not begin or end as a form');
  return parts.map((part) => {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    return { head: head.trim(), bytes: Uint8Array.from(Buffer.from(rest.join('\r\n\r\n'), 'latin1')) };
  });
}
