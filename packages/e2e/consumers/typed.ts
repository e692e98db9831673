// An app in TypeScript, the same under every module setting. Prints what it found as JSON.
import { readFile } from 'node:fs/promises';
import {
  FaceComparison,
  ImageUndecodableError,
  parse,
  serialize,
  type Analysis,
  type ApiPromise,
  type Face,
  type Middleware,
  type StoredFace,
} from '@face-comparison/client';

const middleware: Middleware = { onRequest: ({ request }) => request.headers.set('x-team', 'typed') };

async function main(): Promise<void> {
  const [baseUrl = '', photo = ''] = process.argv.slice(2);
  const faces = new FaceComparison({ baseUrl, middleware });
  const image: Buffer = await readFile(photo);
  const call: ApiPromise<Analysis> = faces.analyze(image);
  const analysis: Analysis = await call;
  const { response }: { readonly response: Response } = await call.withResponse();
  if (!response.ok) throw new Error('a result came with an error');
  const [face]: readonly Face[] = analysis.faces;
  if (face === undefined) throw new Error('no face was found');
  const stored: StoredFace = parse(serialize(face));
  const { matches } = await faces.compare(image, stored);
  const error: unknown = await faces.analyze(image.subarray(0, 200)).catch((reason: unknown) => reason);
  // The type is that of this one code.
  const code: 'image_undecodable' | undefined = error instanceof ImageUndecodableError ? error.code : undefined;
  console.log(
    JSON.stringify({
      faces: analysis.faces.length,
      similarity: Math.round(matches[0]?.similarity ?? 0),
      error: code,
    }),
  );
}

void main();
