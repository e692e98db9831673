import type { Manifest } from '@face-comparison/bundle';
import type { ProbeEvent } from './recording.js';

/** The parts of a request, in their order; the heads of the model are told apart by their operators, later. */
export const STAGES = [
  'HTTP: receive',
  'HTTP: parse JSON',
  'HTTP: decode base64',
  'to the lane and back',
  'photo: open',
  'photo: header (libvips)',
  'photo: decode (libvips)',
  'photo: shrink (libvips)',
  'detector: input',
  'detector: run (onnxruntime)',
  'detector: outputs to faces',
  'alignment',
  'alignment: shrink (libvips)',
  'second look: input, outputs',
  'second look: run (onnxruntime)',
  'heads: input, outputs',
  'heads: run (onnxruntime)',
  'answer: vectors to JSON',
  'HTTP: send',
  'garbage collection',
  'other JavaScript',
  'after the answer',
] as const;

export type Stage = (typeof STAGES)[number];

/** What native code does at a time; JavaScript of a lane lies between two of them. */
export type Work = 'header' | 'decode' | 'shrink' | 'cut' | 'detect' | 'second look' | 'heads';

export const STAGE_OF_WORK: Readonly<Record<Work, Stage>> = {
  header: 'photo: header (libvips)',
  decode: 'photo: decode (libvips)',
  shrink: 'photo: shrink (libvips)',
  cut: 'alignment: shrink (libvips)',
  detect: 'detector: run (onnxruntime)',
  'second look': 'second look: run (onnxruntime)',
  heads: 'heads: run (onnxruntime)',
};

/**
 * What an event of native code is about. A run of the detector is a second look when its input is as large as an aligned face;
 * photos that are measured are not square.
 */
export function workOf({ image, run }: ProbeEvent, { detector, alignment, heads }: Manifest): Work {
  if (image !== undefined) return image;
  if (run === undefined) throw new Error('an event of native code names neither an image nor a run');
  if (heads.some(({ output }) => run.outputs.includes(output.name))) return 'heads';
  const { size } = detector;
  const side =
    size.square === true
      ? size.longSide
      : Math.ceil(Math.min(alignment.size, size.longSide) / size.multiple) * size.multiple;
  return run.shape.filter((length) => length === side).length >= 2 ? 'second look' : 'detect';
}

/** Between what JavaScript of a lane ran; undefined at the ends of a request. */
export interface Gap {
  readonly after: Work | undefined;
  readonly before: Work | undefined;
}

/** A frame of a stack, as V8 names it. */
export interface Frame {
  readonly name: string;
  /** Empty for native code. */
  readonly url: string;
}

/** The stage of JavaScript in a lane, from the functions on the stack and from what ran before and runs next. */
export function stageInLane(stack: readonly Frame[], { after, before }: Gap): Stage {
  const isIn = (...files: string[]): boolean => stack.some(({ url }) => files.some((file) => url.endsWith(`/${file}`)));
  const calls = (name: string): boolean => stack.some((frame) => frame.name === name);
  if (calls('(garbage collector)')) return 'garbage collection';
  if (calls('refine')) return 'second look: input, outputs';
  if (isIn('align.js', 'shrink-to-face.js') || calls('#align')) return 'alignment';
  if (isIn('embedder.js')) return 'heads: input, outputs';
  if (isIn('letterbox.js', 'tensor.js', 'photo.js')) {
    return before === 'detect'
      ? 'detector: input'
      : before === 'second look'
        ? 'second look: input, outputs'
        : 'photo: open';
  }
  if (isIn('detector.js', 'decode-outputs.js', 'geometry.js')) {
    // The input is made by the same functions that read the outputs.
    if (after === 'second look') return 'second look: input, outputs';
    return after === 'detect' ? 'detector: outputs to faces' : 'detector: input';
  }
  if (after === undefined || after === 'header') return 'photo: open';
  if (before === undefined) return 'answer: vectors to JSON';
  return 'other JavaScript';
}

/** The stage of JavaScript in the HTTP process before the lane has the photo. */
export function stageOfReceiving(stack: readonly Frame[]): Stage {
  if (stack.some(({ url }) => url.endsWith('/decode-base64.js'))) return 'HTTP: decode base64';
  if (stack.some(({ url }) => url.endsWith('/json-body.js'))) return 'HTTP: parse JSON';
  return 'HTTP: receive';
}
