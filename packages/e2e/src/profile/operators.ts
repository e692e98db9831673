import Type from 'typebox';
import { Value } from 'typebox/value';
import type { ProbeEvent } from './recording.js';

/** The events of onnxruntime's own profile, of which more than these fields are not needed. */
const EventsSchema = Type.Array(
  Type.Object({
    name: Type.String(),
    cat: Type.Optional(Type.String()),
    ts: Type.Optional(Type.Number()),
    dur: Type.Optional(Type.Number()),
    args: Type.Optional(Type.Object({ op_name: Type.Optional(Type.String()) })),
  }),
);

/** An operator of a graph in one run. */
export interface OperatorTime {
  /** The name of the node, which onnxruntime changes where it changes the graph. */
  readonly node: string;
  /** e.g. `Conv`. */
  readonly operator: string;
  readonly durationUs: number;
}

/** One run of a graph, as onnxruntime timed it. */
export interface TimedRun {
  readonly durationUs: number;
  readonly operators: readonly OperatorTime[];
}

/**
 * Reads what a session of onnxruntime wrote with `enableProfiling`.
 *
 * @returns its runs, in order
 * @throws Error when the text is no such profile
 * @see https://onnxruntime.ai/docs/performance/tune-performance/profiling-tools.html
 */
export function readOperatorProfile(text: string): TimedRun[] {
  const events: unknown = JSON.parse(text);
  if (!Value.Check(EventsSchema, events)) {
    const [first] = Value.Errors(EventsSchema, events);
    throw new Error(`expected a profile of onnxruntime: ${first?.instancePath ?? '/'} ${first?.message ?? ''}`);
  }
  const runs = events.flatMap(({ name, ts, dur }) =>
    name === 'model_run' && ts !== undefined && dur !== undefined
      ? [{ startUs: ts, durationUs: dur, operators: [] as OperatorTime[] }]
      : [],
  );
  runs.sort((a, b) => a.startUs - b.startUs);
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith(KERNEL));
  let at = 0;
  for (const { name, ts = 0, dur = 0, args } of kernels.toSorted((a, b) => (a.ts ?? 0) - (b.ts ?? 0))) {
    while (at < runs.length - 1 && ts >= (runs[at + 1]?.startUs ?? Infinity)) at++;
    runs[at]?.operators.push({
      node: name.slice(0, -KERNEL.length),
      operator: args?.op_name ?? 'unknown',
      durationUs: dur,
    });
  }
  return runs;
}

const KERNEL = '_kernel_time';

/** Where the time of the runs of one kind goes: shares of it, the largest first. */
export interface OperatorShare {
  /** The head of the model that the operator belongs to; undefined where its name does not say so. */
  readonly head: string | undefined;
  readonly operator: string;
  /** 0..1 of the time of the runs. */
  readonly share: number;
}

/**
 * Adds up operators over runs.
 *
 * @param heads names of heads, with which the names of nodes begin. A node without any takes the head of the node before it:
 *   onnxruntime runs a head to its end before it begins the next, and names what it puts in itself.
 */
export function operatorShares(runs: readonly TimedRun[], heads: readonly string[]): OperatorShare[] {
  const totalUs = runs.reduce((sum, { durationUs }) => sum + durationUs, 0);
  const sums = new Map<string, { head: string | undefined; operator: string; us: number }>();
  for (const { operators } of runs) {
    let head: string | undefined;
    for (const { node, operator, durationUs } of operators) {
      head = heads.find((name) => node.startsWith(name)) ?? head;
      const key = `${head ?? ''} ${operator}`;
      const sum = sums.get(key) ?? { head, operator, us: 0 };
      sum.us += durationUs;
      sums.set(key, sum);
    }
  }
  return [...sums.values()]
    .map(({ head, operator, us }) => ({ head, operator, share: us / totalUs }))
    .sort((a, b) => b.share - a.share);
}

/** The runs that a process noted, as its sessions timed them. */
export interface NotedRun {
  readonly event: ProbeEvent;
  readonly run: TimedRun;
}

/**
 * Finds the runs that a lane noted among all that its sessions timed since they were loaded: the last ones.
 *
 * @param profiles of the sessions, in the order in which they were made
 * @throws Error when a session timed fewer runs than were noted
 */
export function matchRuns(profiles: readonly (readonly TimedRun[])[], events: readonly ProbeEvent[]): NotedRun[] {
  return profiles.flatMap((timed, session) => {
    const noted = events.filter(({ moment, run }) => moment === 'run-start' && run?.session === session);
    if (timed.length < noted.length) {
      throw new Error(
        `session ${session}: expected onnxruntime to time ${noted.length} runs, it timed ${timed.length}`,
      );
    }
    const last = timed.slice(timed.length - noted.length);
    return noted.flatMap((event, i) => {
      const run = last[i];
      return run === undefined ? [] : [{ event, run }];
    });
  });
}
