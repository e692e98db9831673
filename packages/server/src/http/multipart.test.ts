import fc from 'fast-check';
import { boundaryOf, formParts, type FormPart } from './multipart.js';
import { ProblemError } from '@face-comparison/contract';

const B = 'frontier';

const partsOf = (text: string | Buffer, boundary = B): FormPart[] => [
  ...formParts(typeof text === 'string' ? Buffer.from(text) : text, boundary),
];

function refusal(text: string | Buffer): { code: string; parameter: string | undefined; detail: string } {
  try {
    partsOf(text);
  } catch (error) {
    if (error instanceof ProblemError)
      return { code: error.code, parameter: error.members.parameter, detail: error.message };
    throw error;
  }
  throw new Error('the form was taken');
}

/** A body with the head of one part and the content "x". */
const withHead = (head: string): string => `--${B}\r\n${head}\r\n\r\nx\r\n--${B}--\r\n`;

describe('the boundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;BOUNDARY="a b"', 'a b'],
    ['Multipart/Form-Data; charset=utf-8 ; boundary=----WebKitFormBoundaryAz09', '----WebKitFormBoundaryAz09'],
    ['multipart/form-data; boundary=a/b=c:d?', 'a/b=c:d?'],
    [`multipart/form-data; boundary=${'a'.repeat(70)}`, 'a'.repeat(70)],
  ])('of %j is %j', (contentType, boundary) => expect(boundaryOf(contentType)).toBe(boundary));

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="a',
    'multipart/form-data; boundary=a; boundary=b',
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary="a\\r\\nb"; boundary',
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
  ])('is missing in %j', (contentType) => {
    expect(() => boundaryOf(contentType)).toThrow(ProblemError);
    expect(() => boundaryOf(contentType)).toThrow(/Content-Type must be/);
  });
});

describe('a form', () => {
  it('has parts with names, types and bytes', () => {
    const text = [
      `--${B}\r\nContent-Disposition: form-data; name="source"; filename="a;b\\".jpg"\r\nContent-Type: image/JPEG; q=1\r\n\r\n\xff\xd8\r\n--not\r\n`,
      `--${B}  \r\ncontent-type:application/json\r\nCONTENT-DISPOSITION:form-data;name=target\r\n\r\n{}\r\n`,
      `--${B}\r\nContent-Disposition: form-data; name="SimilarityThreshold"\r\n\r\n\r\n--${B}--`,
    ].join('');
    expect(partsOf(Buffer.from(text, 'latin1'))).toEqual([
      { name: 'source', mediaType: 'image/jpeg', isFile: true, bytes: Buffer.from('\xff\xd8\r\n--not', 'latin1') },
      { name: 'target', mediaType: 'application/json', isFile: false, bytes: Buffer.from('{}') },
      { name: 'SimilarityThreshold', mediaType: undefined, isFile: false, bytes: Buffer.alloc(0) },
    ]);
  });

  it('may have a preamble and an epilogue, which are passed over', () => {
    const text = `hello\r\n${withHead('Content-Disposition: form-data; name=a')}goodbye`;
    expect(partsOf(text).map(({ name }) => name)).toEqual(['a']);
  });

  it('may have no parts', () => expect(partsOf(`--${B}--\r\n`)).toEqual([]));

  it('is not copied', () => {
    const body = Buffer.from(withHead('Content-Disposition: form-data; name=a'));
    expect(partsOf(body)[0]?.bytes.buffer).toBe(body.buffer);
  });

  it.each([
    ['is something else', 'hello', /no line with the boundary/],
    ['has another boundary', withHead('a: b').replaceAll(B, 'other'), /no line with the boundary/],
    ['has a boundary that goes on', `--${B}x\r\n\r\n`, /does not end its line/],
    ['ends within a head', `--${B}\r\nContent-Disposition: form-data; name=a\r\n`, /head of part 1 does not end/],
    [
      'has a head without end',
      withHead(`Content-Disposition: form-data; name=a\r\nX: ${'x'.repeat(5000)}`),
      /head of part 1 does not end within 4096 bytes/,
    ],
    ['is cut off', `--${B}\r\nContent-Disposition: form-data; name=a\r\n\r\nxxxx`, /cut off in part 1/],
    [
      'is cut off before its last boundary ends',
      withHead('Content-Disposition: form-data; name=a').slice(0, -5),
      /part/,
    ],
    ['has a header that is none', withHead('Content-Disposition; name=a'), /part 1 has a header that is none/],
    ['has a header that is folded', withHead('Content-Disposition: form-data;\r\n name=a'), /header that is none/],
    ['has no name', withHead('Content-Disposition: form-data; filename=a.jpg'), /part 1 has no name/],
    ['has an empty name', withHead('Content-Disposition: form-data; name=""'), /part 1 has no name/],
    ['has two names', withHead('Content-Disposition: form-data; name=a; name=b'), /part 1 has no name/],
    ['has no disposition', withHead('Content-Type: image/png'), /part 1 has no name/],
    ['has no headers at all', `--${B}\r\n\r\nx\r\n--${B}--`, /part 1 has no name/],
    ['is an attachment', withHead('Content-Disposition: attachment; name=a'), /part 1 has no name/],
    [
      'has a header twice',
      withHead('Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b'),
      /more than one Content-Disposition/,
    ],
  ])('is refused when it %s', (_what, text, detail) => {
    expect(refusal(text)).toEqual({
      code: 'invalid_parameter',
      parameter: 'body',
      detail: expect.stringMatching(detail) as string,
    });
  });

  it('is refused when a part is encoded once more', () => {
    const head = 'Content-Disposition: form-data; name=source\r\nContent-Transfer-Encoding: base64';
    expect(refusal(withHead(head))).toMatchObject({ code: 'invalid_parameter', parameter: 'source' });
    expect(partsOf(withHead(head.replace('base64', 'binary')))).toHaveLength(1);
  });

  it('gives back what was put in, whatever the bytes', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9 ;=]{1,20}$/);
    // Bytes of which boundaries are made come often.
    const bytes = fc.array(fc.oneof(fc.constantFrom(13, 10, 45, 102, 114), fc.nat(255)), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, bytes), { maxLength: 5 }), (parts) => {
        const delimiter = Buffer.from(`\r\n--${B}`);
        fc.pre(parts.every(([, content]) => !Buffer.from(content).includes(delimiter)));
        const body = Buffer.concat([
          ...parts.flatMap(([partName, content]) => [
            delimiter,
            Buffer.from(`\r\nContent-Disposition: form-data; name="${partName}"\r\n\r\n`),
            Buffer.from(content),
          ]),
          delimiter,
          Buffer.from('--\r\n'),
        ]);
        expect(partsOf(body.subarray(2)).map((part) => [part.name, [...part.bytes]])).toEqual(parts);
      }),
    );
  });

  it('is taken or refused, and never fails otherwise, whatever is cut out of it or put in', () => {
    const form = Buffer.from(
      `${withHead('Content-Disposition: form-data; name="source"; filename="a.jpg"').slice(0, -4)}\r\n${withHead('Content-Disposition: form-data; name=target')}`,
    );
    fc.assert(
      fc.property(fc.nat(form.length), fc.nat(40), fc.uint8Array({ maxLength: 8 }), (at, removed, put) => {
        const changed = Buffer.concat([form.subarray(0, at), put, form.subarray(at + removed)]);
        try {
          partsOf(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
