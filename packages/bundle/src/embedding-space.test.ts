import fc from 'fast-check';

import { digest, scrfdAndArcFace, twoHeads } from '../test/manifests.js';
import { embeddingSpace, vectorLength, type HeadSpec, type Manifest } from './index.js';

type Change = (manifest: Manifest) => void;

const firstHead = (manifest: Manifest): HeadSpec => {
  const head = manifest.heads[0];
  if (head === undefined) {
    throw new Error('the fixture has heads');
  }
  return head;
};
const changed = (change: Change): Manifest => {
  const manifest = twoHeads();
  change(manifest);
  return manifest;
};

describe('embeddingSpace', () => {
  // Worked out a second time with Python's json and hashlib.
  it('never changes for a manifest that people have stored vectors of', () => {
    expect(embeddingSpace(twoHeads())).toBe('e8008c025d7024c1');
    expect(embeddingSpace(scrfdAndArcFace())).toBe('a16861b05bb2bdfd');
  });

  it.each<[string, Change]>([
    ['the weights', (m) => m.files.forEach((f) => (f.sha256 = f.path === 'embedder.onnx' ? digest('0') : f.sha256))],
    ['the size of the crop', (m) => (m.alignment.size = 200)],
    ['the template', (m) => (m.alignment.template[2] = [96, 119.6049])],
    ['antialiasing', (m) => (m.alignment.antialias = false)],
    ['the order of the heads', (m) => m.heads.reverse()],
    ['the number of heads', (m) => m.heads.pop()],
    ['the input name', (m) => (firstHead(m).input.name = 'other')],
    ['the layout', (m) => (firstHead(m).input.layout = 'NCHW')],
    ['the tensor type', (m) => (firstHead(m).input.type = 'float32')],
    ['the colour order', (m) => (firstHead(m).input.colour = 'BGR')],
    ['the mean', (m) => (firstHead(m).input.mean = 127.5)],
    ['the mean of one channel', (m) => (firstHead(m).input.mean = [0, 0, 1])],
    ['the scale', (m) => (firstHead(m).input.scale = 1 / 128)],
    ['the input size', (m) => (firstHead(m).input.size = 112)],
    ['the window', (m) => (firstHead(m).window = { left: 16, top: 17, size: 160 })],
    ['the absence of a window', (m) => delete firstHead(m).window],
    ['the output name', (m) => (firstHead(m).output.name = 'other')],
    ['the output length', (m) => (firstHead(m).output.length = 256)],
    ['the weight', (m) => (firstHead(m).weight = 0.7)],
  ])('changes with %s', (_, change) => {
    expect(embeddingSpace(changed(change))).not.toBe(embeddingSpace(twoHeads()));
  });

  it.each<[string, Change]>([
    ['the name', (m) => (m.name = 'another')],
    ['the version', (m) => (m.version = '9.9.9')],
    ['the description', (m) => (m.description = 'words')],
    ['the paths of the files', rename],
    ['the other files', (m) => m.files.push({ path: 'README.md', size: 1, sha256: digest('9') })],
    ['the detector', (m) => (m.detector = scrfdAndArcFace().detector)],
    ['the names of the heads', (m) => (firstHead(m).name = 'renamed')],
    ['the calibration', (m) => (m.calibration.slope = 1)],
    ['the golden crops', (m) => (m.golden.minCosine = 0.5)],
    ['what it is comparable with', (m) => (m.comparableWith = [{ space: '0'.repeat(16), minCosine: 0.9 }])],
    ['the provenance', (m) => (m.provenance = [])],
    ['defaults said aloud', sayDefaults],
  ])('does not change with %s', (_, change) => {
    expect(embeddingSpace(changed(change))).toBe(embeddingSpace(twoHeads()));
  });

  it('does not depend on the order of the keys', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 100 }), (ranks) => {
        expect(embeddingSpace(shuffleKeys(twoHeads(), () => ranks.pop() ?? 0))).toBe(embeddingSpace(twoHeads()));
      }),
    );
  });

  it('says which head names a file that is not there', () => {
    expect(() => embeddingSpace(changed((m) => (m.files = [])))).toThrow('head "first" names embedder.onnx');
  });
});

describe('vectorLength', () => {
  it('is the sum over the heads', () => {
    expect(vectorLength(twoHeads())).toBe(640);
    expect(vectorLength(scrfdAndArcFace())).toBe(512);
  });
});

function rename(manifest: Manifest): void {
  for (const thing of [...manifest.heads, manifest.detector]) {
    thing.file = `renamed/${thing.file}`;
  }
  for (const file of manifest.files) {
    file.path = `renamed/${file.path}`;
  }
}

function sayDefaults(manifest: Manifest): void {
  for (const head of manifest.heads) {
    head.input = { ...head.input, mean: [0, 0, 0], scale: 1 };
    head.window ??= { left: 0, top: 0, size: manifest.alignment.size };
  }
}

/** The same value with the keys of every object written in another order. */
function shuffleKeys<T>(value: T, random: () => number): T {
  const text = JSON.stringify(value, (_, part: unknown) =>
    part === null || typeof part !== 'object' || Array.isArray(part)
      ? part
      : Object.fromEntries(
          Object.entries(part)
            .map(([key, member]) => ({ key, member: member as unknown, rank: random() }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ key, member }) => [key, member]),
        ),
  );
  return JSON.parse(text) as T;
}
