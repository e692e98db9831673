import { readFile } from 'node:fs/promises';
import { cosine, FaceComparison } from '@face-comparison/client';

// Address and key are those of the environment: FACE_COMPARISON_URL and FACE_COMPARISON_API_KEY.
const faces = new FaceComparison();

if (!(await faces.ready())) console.log('the service is still starting');

const { parameters, versions } = await faces.models();
console.log(parameters.version, 'answers; loaded:', versions.join(', '));

const { calibration } = (await faces.model(parameters.version)).parameters;
for (const { similarity, far } of calibration.operatingPoints) console.log(`${similarity}: FAR ${far}`);

const patient = faces.withOptions({ timeoutMs: 300_000, retries: 8 });
const { data, response } = await patient.analyze(await readFile('party.jpg')).withResponse();
console.log(data.faces.length, 'faces, request', response.headers.get('x-request-id'));

const [largest, second] = data.faces;
if (largest && second) console.log('cosine of two of them', cosine(largest, second).toFixed(3));
