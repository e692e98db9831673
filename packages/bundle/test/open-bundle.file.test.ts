import { access, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import { openBundle, readManifest, type OpenBundleOptions } from '../src/index.js';
import { bytesOf, failure, makeBundle, temporaryFolders, writeBundle, holds } from './bundles.js';

const temporaryFolder = temporaryFolders();
const bundle = makeBundle();
let folder: string;
let manifest: string;
let options: OpenBundleOptions;

beforeEach(async () => {
  folder = await temporaryFolder();
  manifest = await writeBundle(folder, bundle);
  options = { cacheDir: join(folder, 'cache') };
});

describe('a bundle in a folder', () => {
  it.each<[string, () => string]>([
    ['a path', () => manifest],
    ['a relative path', () => relative(process.cwd(), manifest)],
    ['a file URL', () => pathToFileURL(manifest).href],
  ])('opens by %s, and is used where it is', async (_, reference) => {
    const opened = await openBundle({ manifest: reference(), sha256: bundle.manifestSha256 }, options);
    expect(opened.manifest).toEqual(bundle.manifest);
    for (const { path } of bundle.manifest.files) {
      expect(opened.pathOf(path)).toBe(join(folder, path));
    }
    await expect(access(options.cacheDir)).rejects.toThrow('ENOENT');
  });

  it('may be named otherwise than manifest.json', async () => {
    await writeFile(join(folder, 'lite.json'), bytesOf(bundle, 'manifest.json'));
    await openBundle({ manifest: join(folder, 'lite.json') }, options);
  });

  it('may consist of symbolic links, as a mounted volume of Kubernetes does', async () => {
    const mounted = await temporaryFolder();
    await symlink(folder, join(mounted, '..data'));
    for (const name of ['manifest.json', 'detector.onnx', 'embedder.onnx', 'golden']) {
      await symlink(join('..data', name), join(mounted, name));
    }
    const opened = await openBundle({ manifest: join(mounted, 'manifest.json') }, options);
    expect(await holds(opened.pathOf('golden/1.png'), bytesOf(bundle, 'golden/1.png'))).toBe(true);
  });

  it('tells how far it is', async () => {
    let last = 0;
    const onProgress: OpenBundleOptions['onProgress'] = ({ doneBytes }) => (last = doneBytes);
    await openBundle({ manifest }, { ...options, onProgress });
    expect(last).toBe(bundle.totalBytes);
  });

  it('is refused when a byte of a file is another, at each opening', async () => {
    await openBundle({ manifest }, options);
    const bytes = Buffer.from(bytesOf(bundle, 'embedder.onnx'));
    bytes[100_000] = (bytes[100_000] ?? 0) ^ 1;
    await writeFile(join(folder, 'embedder.onnx'), bytes);
    const error = await failure(openBundle({ manifest }, options));
    expect(error.code).toBe('file_digest_mismatch');
    expect(error.message).toMatch(/embedder\.onnx has sha256 \w{64}, the manifest says \w{64}$/);
  });

  it('is refused when a file has another size', async () => {
    await truncate(join(folder, 'embedder.onnx'), 7);
    const error = await failure(openBundle({ manifest }, options));
    expect(error.code).toBe('file_digest_mismatch');
    expect(error.message).toContain('embedder.onnx has 7 bytes, the manifest says 200000');
  });

  it('is refused when a file is missing', async () => {
    await rm(join(folder, 'golden/1.png'));
    const error = await failure(openBundle({ manifest }, options));
    expect(error.code).toBe('file_missing');
    expect(error.message).toContain(join(folder, 'golden/1.png'));
  });

  it('is refused when a file is a folder', async () => {
    await rm(join(folder, 'detector.onnx'));
    await mkdir(join(folder, 'detector.onnx'));
    const error = await failure(openBundle({ manifest }, options));
    expect(error.code).toBe('file_missing');
    expect(error.message).toContain('is not a file');
  });

  it('is refused when it is another than was asked for', async () => {
    const error = await failure(openBundle({ manifest, sha256: 'a'.repeat(64) }, options));
    expect(error.code).toBe('manifest_digest_mismatch');
  });

  it.each(['sha256:abc', '../../../etc/passwd', 'A'.repeat(64), ''])(
    'is refused when what was asked for cannot be a digest: %j',
    async (sha256) => {
      const error = await failure(openBundle({ manifest, sha256 }, options));
      expect(error.code).toBe('manifest_digest_mismatch');
      expect(error.message).toContain('64 lower-case hex digits');
    },
  );

  it('is refused when the manifest is not there, or is a folder, or is no manifest', async () => {
    const open = (path: string) => failure(openBundle({ manifest: join(folder, path) }, options));
    expect((await open('none.json')).code).toBe('source_not_found');
    expect((await open('golden')).code).toBe('source_not_found');
    expect((await open('detector.onnx')).code).toBe('manifest_invalid');
  });

  it('is refused when the manifest is too long', async () => {
    await writeFile(manifest, ' '.repeat(1024 * 1024 + 1));
    expect((await failure(openBundle({ manifest }, options))).code).toBe('file_too_large');
  });

  it('is refused when it is larger than allowed', async () => {
    const error = await failure(openBundle({ manifest }, { ...options, maxBytes: 1000 }));
    expect(error.code).toBe('file_too_large');
    expect(error.message).toContain(`have ${bundle.totalBytes} bytes, more than the 1000 allowed`);
  });

  it('stops when the caller gives up', async () => {
    const caller = new AbortController();
    const onProgress = (): void => caller.abort();
    const error = await failure(openBundle({ manifest }, { ...options, signal: caller.signal, onProgress }));
    expect(error.code).toBe('aborted');
  });
});

describe('a reference', () => {
  it.each([
    'ftp://host/manifest.json',
    'data:application/json,{}',
    'http://host/manifest.json',
    'https://',
    'https://user:secret@host:99999/manifest.json',
    's3://bucket',
    's3://bucket/',
    's3:///key',
    's3://bu_cket/key',
    'file://elsewhere/manifest.json',
  ])('that is no path and no file, https or s3 URL is refused: %s', async (reference) => {
    const error = await failure(openBundle({ manifest: reference }, options));
    expect(error.code).toBe('unsupported_scheme');
    expect(error.message).toMatch(/^expected the manifest as a path or as a file:\/\/, https:\/\/ or s3:\/\/ URL/);
    expect(error.message).not.toContain('secret');
  });
});

describe('a manifest by itself', () => {
  it('tells what the bundle is, whatever has become of its files', async () => {
    await rm(join(folder, 'embedder.onnx'));
    const { manifest: read, manifestSha256, space, totalBytes } = await readManifest({ manifest }, options);
    expect(read).toEqual(bundle.manifest);
    expect({ manifestSha256, totalBytes }).toEqual({
      manifestSha256: bundle.manifestSha256,
      totalBytes: bundle.totalBytes,
    });
    expect(space).toMatch(/^[0-9a-f]{16}$/);
    expect(await failure(openBundle({ manifest }, options))).toMatchObject({ code: 'file_missing' });
  });

  it('is refused when it is another than was asked for', async () => {
    const refused = await failure(readManifest({ manifest, sha256: '0'.repeat(64) }, options));
    expect(refused).toMatchObject({ code: 'manifest_digest_mismatch' });
  });
});
