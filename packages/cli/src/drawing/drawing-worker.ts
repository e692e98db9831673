/** A thread that draws: decoding, drawing and packing a large picture takes a second, which nobody should wait for. */
import { parentPort } from 'node:worker_threads';
import { encode } from 'fast-png';
import { drawFaces, type Mark } from './draw-faces.js';
import { decodePixels } from './decode-pixels.js';
import { reasonOf } from '../program/reason.js';

/** A photo and what to draw on it. */
export interface DrawRequest {
  readonly bytes: Uint8Array;
  readonly marks: readonly Mark[];
}

export type DrawReply = { readonly png: Uint8Array } | { readonly message: string };

parentPort?.on('message', (request: DrawRequest) => void answer(request));

async function answer({ bytes, marks }: DrawRequest): Promise<void> {
  let reply: DrawReply;
  try {
    const { width, height, data } = await decodePixels(bytes);
    drawFaces({ width, height, data }, marks);
    reply = { png: encode({ width, height, data, channels: 3, depth: 8 }) };
  } catch (error) {
    reply = { message: reasonOf(error) };
  }
  parentPort?.postMessage(reply);
}
