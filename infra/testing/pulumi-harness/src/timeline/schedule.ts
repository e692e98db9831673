import type { Task } from './task.js';

/** When a task runs, and what it had to wait for last. */
export interface Placed {
  readonly task: Task;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The task whose end let this one begin; undefined for one that begins at once. */
  readonly waitedFor: string | undefined;
}

/**
 * Lays out creations as the engine runs them: each as soon as all that it depends on is there and one of the engine's
 * `parallel` slots is free.
 *
 * @throws Error when tasks wait for each other
 */
export function layOutCreations(tasks: readonly Task[], parallel: number): Placed[] {
  const known = new Set(tasks.map(({ urn }) => urn));
  const placed = new Map<string, Placed>();
  const waiting = new Set(tasks);
  const running = new Set<Placed>();
  let now = 0;
  let freedBy: string | undefined;
  while (waiting.size > 0 || running.size > 0) {
    for (const task of waiting) {
      if (running.size >= parallel) break;
      const before = task.after.filter((urn) => known.has(urn)).map((urn) => placed.get(urn));
      if (before.some((one) => one === undefined || one.endSeconds > now)) continue;
      const last = latest(before.filter((one) => one !== undefined));
      const startedLate = last === undefined ? now > 0 : last.endSeconds < now;
      const waitedFor = startedLate ? freedBy : last?.task.urn;
      const one = { task, startSeconds: now, endSeconds: now + task.seconds, waitedFor };
      placed.set(task.urn, one);
      waiting.delete(task);
      running.add(one);
    }
    const next = earliest([...running]);
    if (next === undefined) {
      if (waiting.size === 0) break;
      throw new Error(`these wait for each other: ${[...waiting].map(({ name }) => name).join(', ')}`);
    }
    now = next.endSeconds;
    freedBy = next.task.urn;
    running.delete(next);
  }
  return [...placed.values()];
}

/**
 * Lays out deletions as the engine runs them: in waves. A resource goes in the wave of its distance from what depends on
 * nothing, the farthest first, and a wave begins when the one before it has ended as a whole; so a resource on which
 * nothing depends may still wait.
 *
 * After `ScheduleDeletes` of pkg/resource/deploy/step_generator.go of https://github.com/pulumi/pulumi.
 */
export function layOutDeletions(tasks: readonly Task[], parallel: number): Placed[] {
  const placed: Placed[] = [];
  let start = 0;
  let waitedFor: string | undefined;
  for (const wave of wavesOf(tasks).toReversed()) {
    const inWave = layOutCreations(
      wave.map((task) => ({ ...task, after: [] })),
      parallel,
    );
    for (const one of inWave) {
      placed.push({
        ...one,
        startSeconds: start + one.startSeconds,
        endSeconds: start + one.endSeconds,
        waitedFor: one.waitedFor ?? waitedFor,
      });
    }
    const last = latest(inWave);
    start += last?.endSeconds ?? 0;
    waitedFor = last?.task.urn ?? waitedFor;
  }
  return placed;
}

/** The URNs of the longest path: the task that ends last, and each that one had to wait for. */
export function criticalPath(placed: readonly Placed[]): Set<string> {
  const byUrn = new Map(placed.map((one) => [one.task.urn, one]));
  const path = new Set<string>();
  let at = latest(placed);
  while (at !== undefined && !path.has(at.task.urn)) {
    path.add(at.task.urn);
    at = at.waitedFor === undefined ? undefined : byUrn.get(at.waitedFor);
  }
  return path;
}

/** Tasks by their distance from those that depend on nothing. */
function wavesOf(tasks: readonly Task[]): Task[][] {
  const waves: Task[][] = [];
  let left = [...tasks];
  while (left.length > 0) {
    const urns = new Set(left.map(({ urn }) => urn));
    const wave = left.filter(({ after }) => !after.some((urn) => urns.has(urn)));
    if (wave.length === 0) throw new Error(`these depend on each other: ${left.map(({ name }) => name).join(', ')}`);
    waves.push(wave);
    left = left.filter((task) => !wave.includes(task));
  }
  return waves;
}

function latest(placed: readonly Placed[]): Placed | undefined {
  return placed.reduce<Placed | undefined>(
    (last, one) => (last === undefined || one.endSeconds > last.endSeconds ? one : last),
    undefined,
  );
}

function earliest(placed: readonly Placed[]): Placed | undefined {
  return placed.reduce<Placed | undefined>(
    (first, one) => (first === undefined || one.endSeconds < first.endSeconds ? one : first),
    undefined,
  );
}
