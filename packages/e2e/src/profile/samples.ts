import type { Profiler } from 'node:inspector';
import { groupBy } from '../rollouts/analysis/group-by.js';
import type { Span } from './spans.js';
import { stageInLane, stageOfReceiving, type Frame, type Stage } from './stages.js';

/** What the JavaScript thread of a process did for a while. */
export interface Sample {
  readonly atUs: number;
  readonly durationUs: number;
  /** The outermost function first. */
  readonly stack: readonly Frame[];
}

/** The samples of a profile in order, with whole stacks; what the probe itself does is left out. */
export function readSamples({ nodes, samples = [], timeDeltas = [], startTime }: Profiler.Profile): Sample[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const frames = new Map(nodes.map(({ id, callFrame: { functionName: name, url } }) => [id, { name, url }]));
  const stacks = new Map<number, readonly Frame[]>();
  const stackOf = (id: number): readonly Frame[] => {
    const parent = parents.get(id);
    const frame = frames.get(id);
    if (parent === undefined || frame === undefined) return []; // the root
    const stack = stacks.get(id) ?? [...stackOf(parent), frame];
    stacks.set(id, stack);
    return stack;
  };
  let atUs = startTime;
  return samples.flatMap((id, i) => {
    atUs += timeDeltas[i] ?? 0;
    const stack = stackOf(id);
    const isOwn = stack.some((frame, i) => isProbe(frame) && (frame.name === 'note' || i === stack.length - 1));
    return isOwn ? [] : [{ atUs, durationUs: timeDeltas[i + 1] ?? 0, stack: stack.filter((frame) => !isProbe(frame)) }];
  });
}

function isProbe({ url }: Frame): boolean {
  return url.endsWith('/profile/probe.js');
}

/** Sorts the samples of a process into the stages of its requests. Samples between requests are left out. */
export function sortSamples(samples: readonly Sample[], spans: readonly Span[]): Map<Stage, Sample[]> {
  const inOrder = spans.toSorted((a, b) => a.fromUs - b.fromUs);
  let at = 0;
  const placed = samples.flatMap((sample) => {
    while ((inOrder[at]?.toUs ?? Infinity) <= sample.atUs) at++;
    const span = inOrder[at];
    return span === undefined || sample.atUs < span.fromUs ? [] : [{ sample, stage: stageOf(sample, span) }];
  });
  const byStage = groupBy(placed, ({ stage }) => stage);
  return new Map([...byStage].map(([stage, group]) => [stage, group.map(({ sample }) => sample)]));
}

function stageOf({ stack }: Sample, { stage }: Span): Stage {
  if (typeof stage === 'object') return stageInLane(stack, stage);
  return stage === 'receiving' ? stageOfReceiving(stack) : stage;
}
