import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { embeddingSpace, type Manifest, parseManifest, vectorLength } from '@face-comparison/bundle';

const INT8 = path.resolve(__dirname, '..');
const DEFAULT = path.resolve(INT8, '../default');

const [int8, standard] = [read(INT8), read(DEFAULT)];

it('names every file with the size and sha256 that it has', () => {
  for (const file of int8.files) {
    const bytes = readFileSync(path.join(INT8, file.path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect({ ...file, size: bytes.length, sha256 }).toEqual(file);
  }
});

it('finds, aligns and joins as the default does', () => {
  const parts = ({ detector, alignment, heads, provenance }: Manifest): object => ({
    detector,
    alignment,
    heads,
    provenance,
  });
  expect(parts(int8)).toEqual(parts(standard));
  expect(fileOf(int8, 'detector.onnx')).toEqual(fileOf(standard, 'detector.onnx'));
});

it('says of a cosine what the default says of it', () => {
  const curve = ({ calibration }: Manifest): readonly number[] => [
    calibration.slope,
    calibration.midpoint,
    calibration.defaultThreshold,
  ];
  expect(curve(int8)).toEqual(curve(standard));
});

it('is half as large', () => {
  const size = (manifest: Manifest): number => fileOf(manifest, 'embedder.onnx')?.size ?? Number.NaN;
  expect(size(int8)).toBeLessThan(0.55 * size(standard));
});

it('is a space of its own, and says that it may be compared with that of the default', () => {
  expect(embeddingSpace(int8)).not.toBe(embeddingSpace(standard));
  expect(int8.comparableWith?.map(({ space }) => space)).toEqual([embeddingSpace(standard)]);
});

it('has golden vectors as close to those of the default as it says', () => {
  expect(int8.golden.crops.map((name) => fileOf(int8, name))).toEqual(
    standard.golden.crops.map((name) => fileOf(standard, name)),
  );
  const [own, expected] = [goldenRows(INT8, int8), goldenRows(DEFAULT, standard)];
  expect(own).toHaveLength(int8.golden.crops.length);
  own.forEach((row, i) => {
    expect(Math.hypot(...row)).toBeCloseTo(1, 6);
    const cosine = row.reduce((sum, x, k) => sum + x * (expected[i]?.[k] ?? Number.NaN), 0);
    expect(cosine).toBeGreaterThanOrEqual(int8.comparableWith?.[0]?.minCosine ?? 1);
  });
});

function read(folder: string): Manifest {
  const manifestPath = path.join(folder, 'manifest.json');
  return parseManifest(readFileSync(manifestPath), manifestPath);
}

function fileOf(manifest: Manifest, name: string): Manifest['files'][number] | undefined {
  return manifest.files.find((file) => file.path === name);
}

function goldenRows(folder: string, manifest: Manifest): number[][] {
  const bytes = readFileSync(path.join(folder, manifest.golden.vectors));
  const length = vectorLength(manifest);
  return Array.from({ length: bytes.length / (4 * length) }, (_, row) =>
    Array.from({ length }, (_unused, i) => bytes.readFloatLE(4 * (row * length + i))),
  );
}
