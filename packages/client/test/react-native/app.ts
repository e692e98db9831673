// An app of React Native, for the tests. Metro bundles it with the built package; globals come first, as there.
import { XMLHttpRequest } from './globals.js';
import 'whatwg-fetch';
import { FaceComparison, type ImageInput } from '@face-comparison/client';

/** What became of a call. */
interface Outcome {
  readonly faces?: number;
  readonly similarity?: number;
  /** Name, code and message of what was thrown. */
  readonly error?: readonly [name: string, code: unknown, message: string];
}

async function outcomeOf(call: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error)) return { error: ['nothing that is an Error', undefined, String(error)] };
    return { error: [error.name, Reflect.get(error, 'code'), error.message] };
  }
}

/** The photo in each form in which apps have photos. */
function inputsOf(base64: string, uri: string): Readonly<Record<string, () => Promise<ImageInput>>> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return {
    bytes: () => Promise.resolve(bytes),
    arrayBuffer: () => Promise.resolve(bytes.buffer),
    dataUrl: () => Promise.resolve(`data:image/jpeg;base64,${base64}`),
    file: () => Promise.resolve({ uri, name: 'photo.jpg', type: 'image/jpeg' }),
    blob: () =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.responseType = 'blob';
        request.onload = () => resolve(request.response as Blob);
        request.open('GET', uri);
        request.send();
      }),
  };
}

export async function analyze(baseUrl: string, kind: string, base64: string, uri: string): Promise<Outcome> {
  return outcomeOf(async () => {
    const image = await inputsOf(base64, uri)[kind]?.();
    if (image === undefined) throw new TypeError(`there is no input called ${kind}`);
    const { faces } = await new FaceComparison({ baseUrl }).analyze(image, { faceHash: false });
    return { faces: faces.length };
  });
}

export async function compare(
  baseUrl: string,
  [source, target]: readonly [string, string],
  base64: string,
  uri: string,
): Promise<Outcome> {
  return outcomeOf(async () => {
    const inputs = inputsOf(base64, uri);
    const [a, b] = [await inputs[source]?.(), await inputs[target]?.()];
    if (a === undefined || b === undefined) throw new TypeError(`there is no input called ${source} or ${target}`);
    const { matches } = await new FaceComparison({ baseUrl }).compare(a, b);
    return { similarity: Math.round(matches[0]?.similarity ?? 0) };
  });
}

export async function abort(baseUrl: string): Promise<Outcome> {
  const controller = new AbortController();
  const call = new FaceComparison({ baseUrl }).models({ signal: controller.signal });
  controller.abort();
  return outcomeOf(async () => ({ faces: (await call).versions.length }));
}

export async function withoutBtoa(baseUrl: string): Promise<Outcome> {
  const { btoa } = globalThis;
  Reflect.deleteProperty(globalThis, 'btoa');
  const outcome = await outcomeOf(async () => {
    const { faces } = await new FaceComparison({ baseUrl }).analyze(Uint8Array.of(1));
    return { faces: faces.length };
  });
  globalThis.btoa = btoa;
  return outcome;
}

export { compare as comparePicked } from '../../examples/react-native.js';
