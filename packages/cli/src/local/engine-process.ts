/**
 * A process that computes: holds one model and looks at one photo at a time. It is a process and not a thread, since a
 * thread that is ended within an inference takes the whole program with it.
 */
import { Engine, ImageError } from '@face-comparison/engine';
import type { EngineReply, EngineRequest } from './protocol.js';
import { reasonOf } from '../program/reason.js';

/** Photos after which the collector is called: their pixels lie outside of the heap that it watches. */
const PHOTOS_A_COLLECTION = 8;

let engine: Engine | undefined;
let photos = 0;

// The command decides when its processes end; Ctrl-C in a terminal reaches the whole group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (request: EngineRequest) => void answer(request));

async function answer(request: EngineRequest): Promise<void> {
  let reply: EngineReply;
  try {
    reply = await work(request);
  } catch (error) {
    const message = reasonOf(error);
    reply = { type: error instanceof ImageError ? 'photo-refused' : 'failed', message };
  }
  process.send?.(reply);
  if (++photos % PHOTOS_A_COLLECTION === 0) setImmediate(() => globalThis.gc?.());
}

async function work(request: EngineRequest): Promise<EngineReply> {
  if (request.type === 'load') {
    engine = await Engine.load(request.model, request.options);
    return { type: 'loaded' };
  }
  if (engine === undefined) throw new Error('a photo came before the model was loaded');
  const { bytes, vectors, quality, detail, maxFaces, pick } = request;
  return {
    type: 'analyzed',
    analysis: await engine.analyze(bytes, { embed: vectors, quality, landmarks: true, detail, maxFaces, pick }),
  };
}
