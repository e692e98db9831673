import { readFile } from 'node:fs/promises';
import { FaceComparison } from '@face-comparison/client';

const faces = new FaceComparison({ baseUrl: 'https://faces.example.com' });

const anna = await readFile('anna.jpg');
const { matches } = await faces.compare(anna, await readFile('party.jpg'));
for (const { similarity, face } of matches) console.log(`${similarity.toFixed(1)} % at`, face?.boundingBox);

const { faces: found } = await faces.analyze(anna, { landmarks: true, quality: true });
console.log(`${found.length} faces, the largest ${String(found[0]?.quality?.faceSize)} pixels wide`);
