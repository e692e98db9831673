// What React Native 0.76 adds to the global object of Hermes, as far as an SDK can meet it. Only what its native modules do is
// done by Node, behind `native`. Modelled on packages/react-native/Libraries of https://github.com/facebook/react-native.
import { AbortController } from 'abort-controller';

/** Bytes of Node's realm, which this realm cannot tell from anything else. */
type Bytes = object;

/** The native modules. */
interface Native {
  encode(text: string): Bytes;
  decode(bytes: Bytes): string;
  fromBase64(text: string): Bytes;
  size(bytes: Bytes): number;
  slice(bytes: Bytes, start: number, end: number): Bytes;
  concat(parts: readonly Bytes[]): Bytes;
  file(uri: string): Bytes | undefined;
  request(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Bytes | undefined,
  ): Promise<{ readonly status: number; readonly headers: string; readonly body: Bytes }>;
}

declare const native: Native;

/** It is made of Blobs and texts only, and does not give its bytes. */
class Blob {
  data: Bytes;
  readonly type: string;

  constructor(parts: readonly unknown[] = [], options: { readonly type?: string } = {}) {
    this.type = options.type ?? '';
    this.data = native.concat(
      parts.map((part) => {
        if (part instanceof ArrayBuffer || ArrayBuffer.isView(part)) {
          throw new Error("Creating blobs from 'ArrayBuffer' and 'ArrayBufferView' are not supported");
        }
        return part instanceof Blob ? part.data : native.encode(String(part));
      }),
    );
  }

  static of(data: Bytes, type = ''): Blob {
    const blob = new Blob([], { type });
    blob.data = data;
    return blob;
  }

  get size(): number {
    return native.size(this.data);
  }

  slice(start = 0, end = this.size, type = ''): Blob {
    return Blob.of(native.slice(this.data, start, end), type);
  }
}

class FileReader {
  result: string | undefined;
  onload: (() => void) | undefined;

  readAsText(blob: Blob): void {
    this.result = native.decode(blob.data);
    setTimeout(() => this.onload?.(), 0);
  }

  readAsArrayBuffer(): void {
    throw new Error('FileReader.readAsArrayBuffer is not implemented');
  }
}

class FormData {
  readonly parts: unknown[] = [];

  append(name: string, value: unknown): void {
    this.parts.push([name, value]);
  }
}

/** What fetch is made on. It reads files of the device when a Blob is asked for, and then has no status. */
export class XMLHttpRequest {
  status = 0;
  readonly statusText = undefined;
  responseType = '';
  responseURL = '';
  response: unknown = null;
  onload: (() => void) | undefined;
  onerror: (() => void) | undefined;
  onabort: (() => void) | undefined;
  #aborted = false;
  #method = '';
  #url = '';
  #responseHeaders = '';
  readonly #headers: Record<string, string> = {};

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
  }

  setRequestHeader(name: string, value: unknown): void {
    this.#headers[name.toLowerCase()] = String(value);
  }

  getAllResponseHeaders(): string {
    return this.#responseHeaders;
  }

  abort(): void {
    this.#aborted = true;
    this.onabort?.();
  }

  send(body?: unknown): void {
    const sent = /^https?:/.test(this.#url) ? this.#request(body) : this.#readFile();
    sent.then(
      () => this.#aborted || this.onload?.(),
      () => this.#aborted || this.onerror?.(),
    );
  }

  async #request(body: unknown): Promise<void> {
    const answer = await native.request(this.#method, this.#url, this.#headers, bytesOf(body));
    this.status = answer.status;
    this.responseURL = this.#url;
    this.#responseHeaders = answer.headers;
    this.response = this.responseType === 'blob' ? Blob.of(answer.body) : native.decode(answer.body);
  }

  async #readFile(): Promise<void> {
    const bytes = await Promise.resolve(native.file(this.#url));
    if (bytes === undefined || this.responseType !== 'blob') throw new Error('Network request failed');
    this.response = Blob.of(bytes);
  }
}

/** Libraries/Network/convertRequestBody.js. */
function bytesOf(body: unknown): Bytes | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return native.encode(body);
  if (body instanceof Blob) return body.data;
  if (body instanceof ArrayBuffer) return native.fromBase64(base64(new Uint8Array(body)));
  if (body instanceof Uint8Array) return native.fromBase64(base64(body));
  throw new Error('the body of a request is nothing that the native module takes');
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Libraries/Blob/URL.js before 0.80: it validates nothing, and most of its members are not implemented. */
class URL {
  readonly #text: string;

  constructor(text: string, base?: string) {
    if (base !== undefined) throw new Error('a base is not expected: React Native has no location');
    this.#text = text.includes('#') || text.includes('?') || text.endsWith('/') ? text : `${text}/`;
  }

  get href(): string {
    return this.#text;
  }

  get host(): string {
    throw new Error('URL.host is not implemented');
  }

  get pathname(): string {
    throw new Error('URL.pathname is not implemented');
  }

  get protocol(): string {
    throw new Error('URL.protocol is not implemented');
  }

  get username(): string {
    throw new Error('URL.username is not implemented');
  }

  toString(): string {
    return this.#text;
  }
}

Object.assign(globalThis, {
  Blob,
  FileReader,
  FormData,
  XMLHttpRequest,
  URL,
  AbortController,
  process: { env: { NODE_ENV: 'production' } },
});
