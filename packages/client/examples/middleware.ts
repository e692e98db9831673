import { readFile } from 'node:fs/promises';
import { FaceComparison, type Middleware } from '@face-comparison/client';

/** Sees each attempt; may change the request, or give an answer of its own. */
const log: Middleware = {
  onRequest: ({ request }) =>
    request.headers.set('traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
  onResponse: ({ schemaPath, response }) =>
    console.log(schemaPath, response.status, response.headers.get('server-timing')),
};

const faces = new FaceComparison({ baseUrl: 'https://faces.example.com', middleware: log });
await faces.analyze(await readFile('anna.jpg'), { faceHash: false });
