/**
 * `node compare-photos.js URL KEY PHOTO OTHER`: compares two photos with the SDK as an app does, and prints what it found as
 * JSON.
 */
import { readFile } from 'node:fs/promises';
import { FaceComparison } from '@face-comparison/client';

const [baseUrl = '', apiKey = '', photo = '', other = ''] = process.argv.slice(2);
const faces = new FaceComparison({ baseUrl, apiKey });
const { matches, others } = await faces.compare(await readFile(photo), await readFile(other));
console.log(JSON.stringify({ similarities: matches.map(({ similarity }) => similarity), others: others.length }));
