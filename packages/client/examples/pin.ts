import { readFile } from 'node:fs/promises';
import { EmbeddingSpaceMismatchError, FaceComparison, parse, serialize, similarity } from '@face-comparison/client';

const faces = new FaceComparison({ baseUrl: 'https://faces.example.com' });
const photo = await readFile('anna.jpg');

// From here on every answer is of the version that serves now, whatever becomes the default.
const pinned = await faces.pin();
const { parameters } = await pinned.models();
const stored = (await pinned.analyze(photo, { maxFaces: 1 })).faces.map((face) => serialize(face));

// A new version is loaded beside the old one: make the vectors again, from the photos, pinned to the new version.
const next = await faces.pin('3.0.0');
const renewed = (await next.analyze(photo, { maxFaces: 1 })).faces.map((face) => serialize(face));

// Until all are made, both kinds lie in the database; they cannot be mixed up.
try {
  similarity(parse(stored[0] ?? ''), parse(renewed[0] ?? ''), parameters.calibration);
} catch (error) {
  if (!(error instanceof EmbeddingSpaceMismatchError)) throw error;
  console.log(error.message);
}
