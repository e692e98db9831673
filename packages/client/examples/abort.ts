import { readFile } from 'node:fs/promises';
import { FaceComparison, TimeoutError } from '@face-comparison/client';

const faces = new FaceComparison({
  baseUrl: 'https://faces.example.com',
  timeoutMs: 10_000, // a call with all its attempts and waits; 100 s unless given
  retries: 4, // after errors that are retryable; 2 unless given
});

const leaving = new AbortController();
const call = faces.analyze(await readFile('anna.jpg'), { signal: leaving.signal, timeoutMs: 2_000, retries: 0 });
leaving.abort(new Error('the user closed the dialog'));
try {
  await call;
} catch (error) {
  if (error instanceof TimeoutError) console.log('the service is slow', error.cause);
  else console.log('aborted:', error);
}
