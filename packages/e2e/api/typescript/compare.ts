// Compares two photos: node compare.js SERVICE SOURCE TARGET
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { formDataBodySerializer } from './client/client/index.js';
import { client } from './client/client.gen.js';
import {
  compareFaces,
  type AnalyzeFacesErrors,
  type AnalyzeFacesResponses,
  type CompareFacesErrors,
  type CompareFacesResponses,
  type CompareForm,
  type CompareResponse,
  type Problem,
} from './client/index.js';

const [service = '', source = '', target = ''] = process.argv.slice(2);
client.setConfig({ baseUrl: service });

const photo = async (path: string): Promise<Blob> => new Blob([await readFile(path)], { type: 'image/jpeg' });
const base64 = (path: string): Promise<string> => readFile(path, 'base64');

// The generated functions send JSON. Other bodies are sent by the client behind them, with the same types.
const analyzed = await client.post<AnalyzeFacesResponses, AnalyzeFacesErrors>({
  url: '/face_comparison',
  query: { face_hash: false },
  body: await photo(source),
  bodySerializer: null,
  headers: { 'Content-Type': 'image/jpeg' },
});
console.log(`${basename(source)}: ${answer(analyzed).Faces.length} faces`);

const request = { source: { img: await base64(source) }, target: { img: await base64(target) } };
show('base64', answer(await compareFaces({ body: request })));

const form: CompareForm = { source: await photo(source), target: await photo(target) };
const byForm = await client.post<CompareFacesResponses, CompareFacesErrors>({
  url: '/compare',
  body: form,
  ...formDataBodySerializer,
  headers: { 'Content-Type': null }, // fetch sets it, with the boundary
});
show('form', answer(byForm));

/** What the service answered; ends the program for a problem. */
function answer<T>({ data, error }: { data?: T; error?: Problem }): NonNullable<T> {
  if (data != null) return data;
  console.error(error === undefined ? 'no answer' : `${error.code}: ${error.detail}`);
  process.exit(1);
}

function show(how: string, { FaceMatches, UnmatchedFaces }: CompareResponse): void {
  const similarities = FaceMatches.map(({ Similarity }) => Similarity.toFixed(1));
  console.log(`${how}: matches ${similarities.join(', ')}; ${UnmatchedFaces.length} other faces`);
}
