import { readFile } from 'node:fs/promises';
import { FaceComparison, parse, serialize, similarity } from '@face-comparison/client';

const faces = new FaceComparison({ baseUrl: 'https://faces.example.com' });
const gallery = new Map<string, string>();

// Store: a text of 2 kB, in whatever keeps your users.
const { faces: found } = await faces.analyze(await readFile('anna.jpg'), { maxFaces: 1 });
for (const face of found) gallery.set('anna', serialize(face));

// Find: compare on your side; nothing is sent but the photo.
const { parameters } = await faces.models();
const visitor = await faces.analyze(await readFile('anna-again.jpg'), { maxFaces: 1 });
for (const face of visitor.faces) {
  for (const [name, text] of gallery) {
    const percent = similarity(face, parse(text), parameters.calibration);
    if (percent >= parameters.defaultThreshold) console.log(`this is ${name} (${percent.toFixed(1)} %)`);
  }
}
