import { latencySeconds } from '@face-comparison/fake-aws';
import type { StackState, StateResource } from '../pulumi/state.js';
import { criticalPath, layOutCreations, layOutDeletions, type Placed } from './schedule.js';
import { tasksOf, type Task } from './task.js';

export type ProgramName = 'platform' | 'service';

/** One resource on the time axis. */
export interface Span {
  readonly name: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Whether all would be over sooner if this one took less time. */
  readonly isCritical: boolean;
}

/** What the time of one command goes to, on an account that takes the times of the catalogue. */
export interface Timeline {
  readonly program: ProgramName;
  readonly command: 'up' | 'destroy';
  readonly seconds: number;
  readonly spans: readonly Span[];
}

/** The CLI's default on a machine with four cores: four for each (`--parallel`). */
const PARALLEL = 16;

/** From the stage being there to the first answer through it. Estimate: a new stage is known everywhere within seconds. */
const FIRST_COMPARISON_SECONDS = 10;

/**
 * How long `up` from nothing and `destroy` take, by the dependencies of a state and a time for each type of resource. It
 * reads no clock, so it does not depend on how busy a machine is.
 */
export function timelinesOf(program: ProgramName, state: StackState): Timeline[] {
  const creations = tasksOf(state.resources, (resource) => secondsOf(resource, 'create'));
  const deletions = tasksOf(state.resources, (resource) => secondsOf(resource, 'delete'));
  const last: Task[] = program === 'service' ? [firstComparison(creations)] : [];
  return [
    timeline(program, 'up', layOutCreations([...creations, ...last], PARALLEL)),
    timeline(program, 'destroy', layOutDeletions(deletions, PARALLEL)),
  ];
}

function timeline(program: ProgramName, command: Timeline['command'], placed: readonly Placed[]): Timeline {
  const critical = criticalPath(placed);
  return {
    program,
    command,
    seconds: Math.max(0, ...placed.map(({ endSeconds }) => endSeconds)),
    // Components and providers take no time, and are on the path only as what others wait for.
    spans: placed
      .filter(({ task }) => task.seconds > 0)
      .map(({ task, startSeconds, endSeconds }) => ({
        name: task.name,
        startSeconds,
        endSeconds,
        isCritical: critical.has(task.urn),
      })),
  };
}

function secondsOf({ type, custom, inputs }: StateResource, operation: 'create' | 'delete'): number {
  return custom && /^(aws|kubernetes):/.test(type) ? latencySeconds(type, inputs)[operation] : 0;
}

function firstComparison(tasks: readonly Task[]): Task {
  return {
    urn: 'first comparison',
    name: 'first comparison',
    seconds: FIRST_COMPARISON_SECONDS,
    after: tasks.map(({ urn }) => urn),
  };
}
