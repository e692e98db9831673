import type { FlameColour, FlameNode } from '../plot/flame.js';
import type { Budget } from './budget.js';
import type { OperatorShare } from './operators.js';
import type { Sample } from './samples.js';
import { foldStacks, stackTree, stitchStacks } from './stacks.js';
import type { Stage } from './stages.js';

/** What the parts of a flame are called and coloured. */
export const LEGEND: readonly { readonly name: string; readonly colour: FlameColour }[] = [
  { name: 'HTTP process', colour: 'blue' },
  { name: 'lane, JavaScript', colour: 'orange' },
  { name: 'lane, libvips', colour: 'green' },
  { name: 'lane, onnxruntime', colour: 'purple' },
  { name: 'waiting, and not accounted for', colour: 'grey' },
];

/** The colours of libvips and onnxruntime. */
const NATIVE: readonly FlameColour[] = ['green', 'purple'];

const UNACCOUNTED = 'not accounted for';
const LIBVIPS = 'libvips';
const WAITING = 'waiting';

/**
 * The time that the client of a request waits, as a tree: its stages in their order, and below each what it consists of.
 *
 * @param samples tell the functions below a stage
 * @param operators of the runs of each stage that is one
 */
export function requestTree(
  budget: Budget,
  samples: ReadonlyMap<Stage, readonly Sample[]>,
  operators: ReadonlyMap<Stage, readonly OperatorShare[]>,
): FlameNode {
  const stages = [...budget.stages].map(([stage, { wallMs }]): FlameNode => {
    const colour = colourOf(stage);
    return {
      name: stage,
      colour,
      value: wallMs,
      children: childrenOf(stage, wallMs, samples.get(stage) ?? [], operators.get(stage)),
    };
  });
  const unaccounted = budget.total.wallMs - sum(stages);
  const rest: FlameNode = { name: UNACCOUNTED, colour: 'grey', value: Math.max(0, unaccounted), children: [] };
  return { name: 'request', colour: 'grey', value: sum([...stages, rest]), children: [...stages, rest] };
}

/** What is left of a request without native code and without what no stage accounts for, so that it can be seen. */
export function withoutNative({ colour, children }: FlameNode): FlameNode {
  const kept = children.filter(({ name, colour }) => !NATIVE.includes(colour) && name !== UNACCOUNTED);
  return { name: 'the rest', colour, value: sum(kept), children: kept };
}

function sum(nodes: readonly FlameNode[]): number {
  return nodes.reduce((total, { value }) => total + value, 0);
}

function colourOf(stage: Stage): FlameColour {
  if (stage.endsWith('(onnxruntime)')) return 'purple';
  if (stage.endsWith('(libvips)')) return 'green';
  return stage.startsWith('HTTP') ? 'blue' : stage === 'to the lane and back' ? 'grey' : 'orange';
}

function childrenOf(
  stage: Stage,
  ms: number,
  samples: readonly Sample[],
  operators: readonly OperatorShare[] | undefined,
): FlameNode[] {
  if (operators !== undefined)
    return [{ name: 'InferenceSession.run', colour: 'purple', value: ms, children: operatorTree(operators, ms) }];
  // The samples of the HTTP process say nothing of a time in which the other process works.
  if (stage === 'to the lane and back') return [];
  const isImage = stage.endsWith('(libvips)');
  const stacks = stitchStacks(foldStacks(samples, isImage ? LIBVIPS : WAITING));
  return stackTree(stacks, ms, (label) =>
    label === LIBVIPS ? 'green' : label === WAITING ? 'grey' : stage.startsWith('HTTP') ? 'blue' : 'orange',
  );
}

/** Operators below the heads that they belong to, where they belong to one. */
function operatorTree(operators: readonly OperatorShare[], ms: number): FlameNode[] {
  const node = ({ operator, share }: OperatorShare): FlameNode => ({
    name: operator,
    colour: 'purple',
    value: ms * share,
    children: [],
  });
  const heads = [...new Set(operators.flatMap(({ head }) => head ?? []))].map((head): FlameNode => {
    const children = operators.filter((one) => one.head === head).map(node);
    return { name: head, colour: 'purple', value: sum(children), children };
  });
  return [...heads, ...operators.filter(({ head }) => head === undefined).map(node)].sort((a, b) => b.value - a.value);
}
