import { posix, win32 } from 'node:path';

import fc from 'fast-check';

import { pathProblem } from './relative-path.js';

describe('pathProblem', () => {
  it.each(['detector.onnx', 'golden/1.png', 'a/b/c/d.bin', '.hidden', 'v1.2+x@y=z_-', 'a..b/c', 'sub/manifest.json'])(
    'lets %j through',
    (path) => {
      expect(pathProblem(path)).toBeUndefined();
    },
  );

  it.each([
    ['/etc/passwd', 'relative'],
    ['//host/share', 'relative'],
    ['C:/windows', 'relative'],
    ['c:file', 'relative'],
    ['..', '".."'],
    ['../up', '".."'],
    ['a/../../up', '".."'],
    ['a/..', '".."'],
    ['.', '"."'],
    ['./a', '"."'],
    ['a/./b', '"."'],
    ['', 'ASCII'],
    ['a//b', 'empty part'],
    ['a/', 'empty part'],
    ['..\\up', 'forward slashes'],
    ['a\\b', 'forward slashes'],
    ['a\0b', 'ASCII'],
    ['a\nb', 'ASCII'],
    ['%2e%2e/up', 'ASCII'],
    ['..%2fup', 'ASCII'],
    ['%252e%252e', 'ASCII'],
    ['a b', 'ASCII'],
    ['a?b', 'ASCII'],
    ['a#b', 'ASCII'],
    ['~/a', 'ASCII'],
    ['file:a', 'ASCII'],
    ['model:stream', 'ASCII'],
    ['ａ', 'ASCII'],
    ['．．/up', 'ASCII'],
    ['a/b.', 'ends in a dot'],
    ['.../a', 'ends in a dot'],
    ['manifest.json', 'manifest itself'],
    ['Manifest.JSON', 'manifest itself'],
  ])('refuses %j', (path, reason) => {
    expect(pathProblem(path)).toContain(reason);
  });

  it('lets nothing through that leaves the folder or that a URL would change', () => {
    const pieces = fc.constantFrom('..', '.', '/', '\\', 'a', 'b.c', '%2e', ':', 'C:', ' ', '\0', '?', '#');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (path) => {
          fc.pre(pathProblem(path) === undefined);
          expect(posix.join('/folder', path)).toBe(`/folder/${path}`);
          expect(win32.join('c:\\folder', path)).toBe(`c:\\folder\\${path.replaceAll('/', '\\')}`);
          expect(new URL(`https://host/folder/${path}`).href).toBe(`https://host/folder/${path}`);
        },
      ),
    );
  });
});
