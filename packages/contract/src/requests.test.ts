import fc from 'fast-check';
import { Value } from 'typebox/value';
import { ProblemError } from './problem-error.js';
import { faceComparisonInput, compareInput, imageBodyInput } from './requests.js';
import { CompareRequestSchema, FaceComparisonRequestSchema, StoredVectorSchema } from './schemas.js';

const vector = { face_hash: [0.6, -0.8], FaceModelVersion: '2.0.0' };

function problemOf(run: () => unknown): { code: string; parameter: string | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return { code: error.code, parameter: error.members.parameter };
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('the body of POST /face_comparison', () => {
  it('is a photo, its base64, or its URL', () => {
    const bytes = Buffer.from('photo');
    expect(imageBodyInput(bytes)).toEqual({ kind: 'bytes', bytes, parameter: 'body' });
    expect(faceComparisonInput({ img: 'AAAA' })).toEqual({ kind: 'base64', text: 'AAAA', parameter: 'img' });
    expect(faceComparisonInput({ url: 's3://a/b' })).toEqual({ kind: 'url', url: 's3://a/b', parameter: 'url' });
  });

  it('is refused when it is a photo without bytes', () => {
    expect(problemOf(() => imageBodyInput(Buffer.alloc(0)))).toEqual({
      code: 'image_source_missing',
      parameter: undefined,
    });
  });

  it('has the bytes of a long text that was cut out', () => {
    const text = Buffer.from('AAAA');
    expect(faceComparisonInput({ img: 'place' }, new Map([['place', text]]))).toEqual({
      kind: 'base64',
      text,
      parameter: 'img',
    });
  });

  it.each<[unknown, string, string | undefined]>([
    [undefined, 'image_source_missing', undefined],
    [null, 'image_source_missing', undefined],
    [{}, 'image_source_missing', undefined],
    [{ url: 'a', img: 'b' }, 'image_source_ambiguous', 'url'],
    [{ img: 7 }, 'invalid_parameter', 'img'],
    [{ url: '' }, 'invalid_parameter', 'url'],
    [{ url: 'photo.jpg' }, 'invalid_parameter', 'url'],
    [{ url: 's3://photos' }, 'invalid_parameter', 'url'],
    [{ url: 'ftp://a/b.jpg' }, 'url_not_allowed', 'url'],
    [{ url: 'http:a' }, 'url_not_allowed', 'url'],
    [{ url: 'http://a b/' }, 'url_not_allowed', 'url'],
    [{ url: `http://${'a'.repeat(8200)}` }, 'invalid_parameter', 'url'],
    [{ URL: 'http://a' }, 'invalid_parameter', 'URL'],
    [JSON.parse('{"__proto__": {"img": "AAAA"}}'), 'invalid_parameter', '__proto__'],
    ['AAAA', 'invalid_parameter', 'body'],
    [[], 'invalid_parameter', 'body'],
    [vector, 'invalid_parameter', 'face_hash'],
  ])('is refused when it is %j', (body, code, parameter) => {
    expect(problemOf(() => faceComparisonInput(body))).toEqual({ code, parameter });
  });

  it('is not repeated in a problem when it is long', () => {
    const secret = 'c2VjcmV0'.repeat(100);
    expect(() => faceComparisonInput({ url: secret.repeat(20) })).toThrow(/received a string of \d+ characters/);
    expect(() => faceComparisonInput([secret])).toThrow(/an array of 1 items/);
  });
});

describe('the body of POST /compare', () => {
  it('has two sides, each a photo or a stored vector', () => {
    expect(compareInput({ source: { img: 'A' }, target: vector, SimilarityThreshold: 0 })).toEqual({
      source: { kind: 'base64', text: 'A', parameter: 'source.img' },
      target: { kind: 'vector', values: [0.6, -0.8], version: '2.0.0', parameter: 'target' },
      similarityThreshold: 0,
    });
  });

  it.each<[unknown, string, string | undefined]>([
    [{ target: vector }, 'image_source_missing', 'source'],
    [{ source: vector, target: {} }, 'image_source_missing', 'target'],
    [{ source: vector, target: { url: 'a', img: 'b' } }, 'image_source_ambiguous', 'target'],
    [{ source: vector, target: { ...vector, url: 'a' } }, 'image_source_ambiguous', 'target'],
    [{ source: 'AAAA', target: vector }, 'invalid_parameter', 'source'],
    [{ source: vector, target: { img: 'A', FaceModelVersion: '1' } }, 'invalid_parameter', 'target.FaceModelVersion'],
    [{ source: vector, target: { face_hash: [1] } }, 'invalid_parameter', 'target.FaceModelVersion'],
    [
      { source: vector, target: { ...vector, FaceModelVersion: '../x' } },
      'invalid_parameter',
      'target.FaceModelVersion',
    ],
    [{ source: vector, target: { ...vector, face_hash: [] } }, 'invalid_parameter', 'target.face_hash'],
    [{ source: vector, target: { ...vector, face_hash: 'x' } }, 'invalid_parameter', 'target.face_hash'],
    [{ source: vector, target: { ...vector, face_hash: [1, '2'] } }, 'invalid_parameter', 'target.face_hash[1]'],
    [{ source: vector, target: { ...vector, face_hash: [1, null] } }, 'invalid_parameter', 'target.face_hash[1]'],
    [{ source: vector, target: { ...vector, face_hash: [0, 0] } }, 'invalid_parameter', 'target.face_hash'],
    [{ source: vector, target: { ...vector, face_hash: [1e200, 1e200] } }, 'invalid_parameter', 'target.face_hash'],
    [
      { source: vector, target: { ...vector, face_hash: new Array(16_385).fill(1) } },
      'invalid_parameter',
      'target.face_hash',
    ],
    [{ source: vector, target: vector, SimilarityThreshold: -1 }, 'invalid_parameter', 'SimilarityThreshold'],
    [{ source: vector, target: vector, SimilarityThreshold: '80' }, 'invalid_parameter', 'SimilarityThreshold'],
    [{ source: vector, target: vector, threshold: 80 }, 'invalid_parameter', 'threshold'],
  ])('is refused when it is %j', (body, code, parameter) => {
    expect(problemOf(() => compareInput(body))).toEqual({ code, parameter });
  });
});

describe('any JSON', () => {
  const side = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        url: fc.jsonValue(),
        img: fc.jsonValue(),
        face_hash: fc.oneof(fc.array(fc.double()), fc.jsonValue()),
        FaceModelVersion: fc.oneof(fc.constant('2.0.0'), fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
  );

  const isInputOrProblem = (run: () => unknown): boolean => {
    try {
      return run() !== undefined;
    } catch (error) {
      return error instanceof ProblemError;
    }
  };

  const accepts = (run: () => unknown): boolean => {
    try {
      run();
      return true;
    } catch {
      return false;
    }
  };
  /** Whether a URL can be parsed, which the schema cannot say; one of s3 is not. */
  const canBeParsed = (side: unknown): boolean => {
    const url = (side as { readonly url?: unknown } | null)?.url;
    return typeof url !== 'string' || !/^https?:\/\//i.test(url) || URL.canParse(url);
  };
  /** A vector that the schema cannot refuse, and that has no direction. */
  const hasDirection = (side: unknown): boolean => {
    if (!Value.Check(StoredVectorSchema, side)) return true;
    const norm = side.face_hash.reduce((sum, value) => sum + value * value, 0);
    return norm > 0 && Number.isFinite(norm);
  };
  const likelySide = fc.oneof(
    side,
    fc.record({
      url: fc.oneof(
        fc.webUrl(),
        fc
          .tuple(
            fc.constantFrom('http://', 'HTTPS://', 'https:', 's3://', 'S3://photos/', 's3:', 'ftp://'),
            fc.string(),
          )
          .map(([start, end]) => start + end),
      ),
    }),
    fc.record({ img: fc.base64String({ minLength: 1 }) }),
    fc.record({
      face_hash: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
      FaceModelVersion: fc.constant('2.0.0'),
    }),
  );

  it('is accepted exactly when its schema admits it', () => {
    fc.assert(
      fc.property(likelySide, (body) => {
        fc.pre(canBeParsed(body));
        expect([body, accepts(() => faceComparisonInput(body))]).toEqual([
          body,
          Value.Check(FaceComparisonRequestSchema, body),
        ]);
      }),
    );
    fc.assert(
      fc.property(
        fc.record(
          { source: likelySide, target: likelySide, SimilarityThreshold: fc.oneof(fc.double(), fc.jsonValue()) },
          { requiredKeys: ['source', 'target'] },
        ),
        (body) => {
          fc.pre([body.source, body.target].every((side) => hasDirection(side) && canBeParsed(side)));
          expect([body, accepts(() => compareInput(body))]).toEqual([body, Value.Check(CompareRequestSchema, body)]);
        },
      ),
    );
  });

  it('gives an input or a problem, and never another error', () => {
    fc.assert(fc.property(side, (body) => isInputOrProblem(() => faceComparisonInput(body))));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.record({ source: side, target: side, SimilarityThreshold: fc.jsonValue() }, { requiredKeys: [] }),
        ),
        (body) => isInputOrProblem(() => compareInput(body)),
      ),
    );
  });
});
