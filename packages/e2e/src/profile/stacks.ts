import { basename } from 'node:path';
import type { FlameColour, FlameNode } from '../plot/flame.js';
import { groupBy } from '../rollouts/analysis/group-by.js';
import type { Sample } from './samples.js';
import type { Frame } from './stages.js';

/** Functions that called one another, the outermost first, and how long they were seen. */
export interface FoldedStack {
  readonly labels: readonly string[];
  readonly us: number;
}

/**
 * Folds samples to stacks: functions of this repository by name and file, what they call outside of it by package, since it is
 * not ours to change. What lies outside of our outermost function (Node's event loop) is left out.
 *
 * @param idle what the thread waited for where it did nothing
 */
export function foldStacks(samples: readonly Sample[], idle: string): FoldedStack[] {
  return samples.map(({ stack, durationUs }) => {
    const outermost = stack.findIndex(isOurs);
    const labels = stack.slice(outermost < 0 ? -1 : outermost).map((frame) => labelOf(frame, idle));
    return { labels: labels.filter((label, i) => label !== labels[i - 1]), us: durationUs };
  });
}

/** Tells functions of this repository, which are named with their file, from whole packages. */
const OF = 'of';

function isOurs({ url }: Frame): boolean {
  return url.includes('/packages/') && !url.includes('/node_modules/');
}

function labelOf(frame: Frame, idle: string): string {
  const { name, url } = frame;
  if (isOurs(frame)) return `${name === '' ? 'a function' : name} ${OF} ${basename(url)}`;
  if (name === '(idle)') return idle;
  if (name === '(garbage collector)') return 'garbage collection';
  const dependency = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return dependency ?? (url === '' || url.startsWith('node:') ? 'Node' : basename(url));
}

/**
 * Gives the fragments of asynchronous functions their callers back. After `await` a function runs on a stack of its own, and its
 * caller is seen only in what ran before the first `await`: each outermost function gets the caller that it was seen under for
 * longest, and so on. A package at the outer end may have been called by anybody, and gets none.
 */
export function stitchStacks(stacks: readonly FoldedStack[]): FoldedStack[] {
  const callers = new Map<string, Map<string, number>>();
  for (const { labels, us } of stacks) {
    labels.slice(1).forEach((label, i) => {
      const times = callers.get(label) ?? new Map<string, number>();
      const caller = labels[i] ?? '';
      times.set(caller, (times.get(caller) ?? 0) + us);
      callers.set(label, times);
    });
  }
  const callerOf = (label: string): string | undefined =>
    label.includes(` ${OF} `) ? [...(callers.get(label) ?? [])].sort(([, a], [, b]) => b - a).at(0)?.[0] : undefined;
  return stacks.map(({ labels, us }) => {
    const whole = [...labels];
    for (;;) {
      const caller = callerOf(whole[0] ?? '');
      // Functions that call each other would go on for ever.
      if (caller === undefined || whole.includes(caller)) return { labels: whole, us };
      whole.unshift(caller);
    }
  });
}

/** A function that passes on more than this share of its time is drawn in one with the function that takes it. */
const PASSED_ON_SHARE = 0.95;

/** Stacks as a tree, drawn to a length: each function with what it called, the longest first. */
export function stackTree(
  stacks: readonly FoldedStack[],
  length: number,
  colourOf: (label: string) => FlameColour,
): FlameNode[] {
  const total = timeOf(stacks);
  const nodesOf = (below: readonly FoldedStack[]): FlameNode[] => {
    const calls = groupBy(
      below.filter(({ labels }) => labels.length > 0),
      ({ labels }) => labels[0] ?? '',
    );
    return [...calls]
      .map(([name, group]) => {
        const children = nodesOf(group.map(({ labels, us }) => ({ labels: labels.slice(1), us })));
        const value = (length * timeOf(group)) / total;
        const [only] = children;
        return only !== undefined && only.value > PASSED_ON_SHARE * value
          ? { ...only, value, title: `${name} > ${only.title ?? only.name}` }
          : { name, colour: colourOf(name), value, children };
      })
      .sort((a, b) => b.value - a.value);
  };
  return total === 0 ? [] : nodesOf(stacks);
}

function timeOf(stacks: readonly FoldedStack[]): number {
  return stacks.reduce((sum, { us }) => sum + us, 0);
}
