import fc from 'fast-check';

import { digest, scrfdAndArcFace, twoHeads } from '../test/manifests.js';
import { BundleError, ManifestError, parseManifest, type Manifest, type ManifestProblem } from './index.js';

function problemsOf(input: string | Uint8Array): readonly ManifestProblem[] {
  try {
    parseManifest(input, 'manifest.json');
  } catch (error) {
    if (error instanceof ManifestError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

/** The problems of a correct manifest after one change, as "path: expected X, received Y". */
function after(change: (manifest: Manifest) => void, start = twoHeads()): string[] {
  change(start);
  return problemsOf(JSON.stringify(start)).map((p) => `${p.path}: expected ${p.expected}, received ${p.received}`);
}

/** The same for changes that the type forbids, as JSON to merge. */
function merged(changes: Record<string, unknown>, start: Manifest = twoHeads()): string[] {
  const problems = problemsOf(JSON.stringify({ ...start, ...changes }));
  return problems.map((p) => `${p.path}: expected ${p.expected}, received ${p.received}`);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) {
    throw new Error(`the fixture has no item ${index}`);
  }
  return item;
}

describe('parseManifest', () => {
  it.each([
    ['two heads on one graph', twoHeads()],
    ['SCRFD and ArcFace', scrfdAndArcFace()],
  ])('reads %s, from text and from bytes', (_, manifest) => {
    const text = JSON.stringify(manifest);
    expect(parseManifest(text, 'x')).toEqual(manifest);
    expect(parseManifest(new TextEncoder().encode(text), 'x')).toEqual(manifest);
  });

  it('lists all problems at once, each with its place', () => {
    const { detector, alignment } = twoHeads();
    expect(
      merged({
        version: 2,
        alignment: { ...alignment, size: 5000, template: [[1], 2, [1, 2], [1, 2], [1, 2]] },
        detector: { ...detector, nmsIou: '0.3', input: { ...detector.input, layout: 'CHW', mean: [1, 2] } },
        golden: undefined,
      }),
    ).toEqual([
      '$.golden: expected an object, received nothing',
      '$.version: expected a string (at most 63 letters, digits, dots, underscores and hyphens, e.g. 2.0.0), received 2',
      '$.alignment.size: expected an integer of at least 32 and at most 1024, received 5000',
      '$.alignment.template[0]: expected an array of 2, each a number, received an array of 1',
      '$.alignment.template[1]: expected an array of 2, each a number, received 2',
      '$.detector.input.layout: expected "NHWC" or "NCHW", received "CHW"',
      '$.detector.input.mean: expected one number for all channels or one per channel, in the order of `colour`, received an array of 2',
      '$.detector.nmsIou: expected a number above 0 and at most 1, received "0.3"',
    ]);
  });

  it('passes over a byte order mark, and names an encoding that is not UTF-8', () => {
    const text = `\ufeff${JSON.stringify(twoHeads())}`;
    expect(parseManifest(Buffer.from(text), 'm')).toEqual(twoHeads());
    expect(parseManifest(text, 'm')).toEqual(twoHeads());
    expect(() => parseManifest(Buffer.from(text, 'utf16le'), 'm')).toThrow(/expected JSON in UTF-8, received UTF-16LE/);
  });

  it('puts the problems in the message, and counts what it leaves out', () => {
    const files = Array.from({ length: 30 }, () => 1);
    expect(() => parseManifest(JSON.stringify({ ...twoHeads(), files }), 'https://host/m.json')).toThrow(
      /^https:\/\/host\/m\.json has 30 problems:\n {2}\$\.files\[0\]: expected an object, received 1\n[^]*\n {2}and 10 more$/,
    );
  });

  it('holds a detector against the kind that it says it is, and no other', () => {
    const { detector } = scrfdAndArcFace();
    expect(merged({ detector: { ...detector, levels: [] } })).toEqual([
      '$.detector.levels: expected an array of at least 1 and at most 6 items, received an array of 0',
    ]);
    expect(merged({ detector: { ...detector, kind: 'retinaface' } })).toEqual([
      '$.detector.kind: expected "yunet" or "scrfd", received "retinaface"',
    ]);
    expect(merged({ detector: 'scrfd' })).toEqual(['$.detector: expected an object, received "scrfd"']);
  });

  it('names the property that was meant', () => {
    const { detector } = twoHeads();
    const [problem] = merged({ detector: { ...detector, score_treshold: 0.5 } });
    expect(problem).toBe(
      '$.detector.score_treshold: expected no property of this name (did you mean "scoreThreshold"?), received 0.5',
    );
    expect(merged({ calibrated: true })).toEqual([
      '$.calibrated: expected no property of this name (did you mean "calibration"?), received true',
    ]);
    expect(merged({ nonsense: true })[0]).toContain('(known are schema, name, version,');
  });

  it('takes __proto__ for a property like any other', () => {
    const text = JSON.stringify(twoHeads()).replace('{', '{"__proto__":{"name":"x"},');
    expect(problemsOf(text).map(({ path }) => path)).toEqual(['$.__proto__']);
  });

  it.each([
    ['', /JSON/],
    ['{"name": 1', /JSON.*position 10/],
    ['[]', /expected an object, received an array of 0/],
    ['null', /expected an object, received null/],
    [Uint8Array.of(0x22, 0xff, 0x22), /UTF-8/],
    [' '.repeat(1024 * 1024 + 1), /at most 1048576 bytes, received 1048577 bytes/],
  ])('refuses what is no manifest at all (%#)', (input, message) => {
    expect(() => parseManifest(input, 'm')).toThrow(message);
  });

  it('refuses numbers that JSON can write and nobody can count with', () => {
    const text = JSON.stringify(twoHeads()).replace('"slope":18', '"slope":1e999');
    expect(problemsOf(text)).toEqual([
      { path: '$.calibration.slope', expected: 'a number above 0', received: 'Infinity' },
    ]);
  });

  describe('what the parts say of each other', () => {
    it('refuses paths that leave the folder', () => {
      expect(after((m) => m.files.push({ path: '../x', size: 1, sha256: digest('9') }))).toEqual([
        '$.files[4].path: expected no "." and no ".." between slashes, received "../x"',
      ]);
    });

    it('refuses a file that is named twice, also when only the case differs', () => {
      expect(after((m) => m.files.push({ path: 'Golden/1.PNG', size: 1, sha256: digest('9') }))).toEqual([
        '$.files[4].path: expected each file once, whatever the case of its letters ($.files[2] is the same), received "Golden/1.PNG"',
      ]);
    });

    it('refuses two sizes for one digest', () => {
      expect(after((m) => m.files.push({ path: 'copy.onnx', size: 7, sha256: digest('e') }))).toEqual([
        '$.files[4].size: expected 2000, as for the other file with this sha256, received 7',
      ]);
    });

    it.each<[string, (manifest: Manifest) => void]>([
      ['$.detector.file', (m) => (m.detector.file = './detector.onnx')],
      ['$.heads[1].file', (m) => (at(m.heads, 1).file = 'Detector.onnx')],
      ['$.golden.crops[0]', (m) => (m.golden.crops = ['detector.onx'])],
      ['$.golden.vectors', (m) => (m.golden.vectors = 'detector-onnx')],
    ])('refuses %s if it is not among the files, and names the nearest', (path, change) => {
      expect(after(change)).toContainEqual(
        expect.stringContaining(`${path}: expected the path of one of $.files (did you mean "detector.onnx"?)`),
      );
    });

    it('refuses golden vectors of another length', () => {
      expect(after((m) => m.golden.crops.push('golden/1.png'))).toEqual([
        '$.golden.vectors: expected a file of 5120 bytes: 2 crops x 640 float32, received a file of 2560 bytes',
      ]);
    });

    it('refuses weights that do not add up to 1, but not for rounding', () => {
      expect(after((m) => (at(m.heads, 0).weight = 0.7))).toEqual([
        '$.heads: expected weights that add up to 1, received weights that add up to 0.95',
      ]);
      expect(after((m) => (at(m.heads, 0).weight = 0.7500001))).toEqual([]);
    });

    it('refuses two heads of one name', () => {
      expect(after((m) => (at(m.heads, 1).name = 'first'))).toEqual([
        '$.heads[1].name: expected a name for each head, received "first" again',
      ]);
    });

    it.each([
      { left: 33, top: 0, size: 160 },
      { left: 0, top: 33, size: 160 },
      { left: 0, top: 0, size: 192.5 },
    ])('refuses the window %j outside a crop of 192', (window) => {
      expect(after((m) => (at(m.heads, 0).window = window))).toEqual([
        expect.stringMatching(
          /^\$\.heads\[0\]\.window: expected a square within the crop of 192 pixels, received left/,
        ),
      ]);
    });

    it('refuses heads that feed one graph in two ways, but lets them differ in colours and window', () => {
      expect(after((m) => (at(m.heads, 1).input = { ...at(m.heads, 1).input, name: 'data', size: 112 }))).toEqual([
        '$.heads[1].input: expected the input of head "first", whose file it shares: faces, NHWC, uint8, 160 pixels, received data, NHWC, uint8, 112 pixels',
      ]);
      expect(after((m) => (at(m.heads, 1).input = { ...at(m.heads, 1).input, colour: 'BGR' }))).toEqual([]);
    });

    it('refuses a landmark order that leaves a point out', () => {
      expect(after((m) => (m.detector.landmarkOrder = [0, 1, 2, 3, 3]))).toEqual([
        '$.detector.landmarkOrder: expected each of 0, 1, 2, 3 and 4 once, received [0, 1, 2, 3, 3]',
      ]);
      expect(after((m) => (m.detector.landmarkOrder = [1, 0, 2, 4, 3]))).toEqual([]);
    });
  });

  it('throws nothing but ManifestError, whatever it reads', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ ...twoHeads(), heads: value })),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array()), (input) => {
        expectOnlyManifestErrors(input);
      }),
    );
  });

  it('throws nothing but ManifestError for a manifest in which any one place is something else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(twoHeads(), scrfdAndArcFace()),
        fc.nat(),
        fc.jsonValue(),
        (manifest, place, value) => {
          const count = countPlaces(manifest);
          expectOnlyManifestErrors(JSON.stringify(replacePlace(manifest, place % count, value)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('survives nesting that would overflow the stack', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(problemsOf(`{"heads":${deep}}`).length).toBeGreaterThan(0);
  });

  it('is a BundleError with the code manifest_invalid', () => {
    expect(new ManifestError('m', [])).toBeInstanceOf(BundleError);
    expect(new ManifestError('m', []).code).toBe('manifest_invalid');
  });
});

function expectOnlyManifestErrors(input: string | Uint8Array): void {
  try {
    parseManifest(input, 'm');
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
  }
}

function countPlaces(value: unknown): number {
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, member) => sum + countPlaces(member), 1)
    : 1;
}

/** `value` with its place number `place`, counted from the root, replaced. */
function replacePlace(value: unknown, place: number, replacement: unknown): unknown {
  if (place === 0) {
    return replacement;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  let left = place - 1;
  const entries = Object.entries(value).map(([key, member]: [string, unknown]) => {
    const size = countPlaces(member);
    const here = left >= 0 && left < size ? replacePlace(member, left, replacement) : member;
    left -= size;
    return [key, here] as const;
  });
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}
