import { runtime } from '@pulumi/pulumi';
import type { MockCallArgs, MockResourceArgs, Mocks } from '@pulumi/pulumi/runtime/mocks.js';
import { disconnect, setMockOptions } from '@pulumi/pulumi/runtime/settings.js';

import { GraphMonitor } from './graph-monitor.js';
import { ResourceGraph } from './resource-graph.js';

/** A resource that is about to be made, as a mock sees it. */
export interface MockResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface CaptureOptions {
  /** Default: "project". */
  readonly project?: string;
  /** Default: "stack". */
  readonly stack?: string;
  /** Default: "organization". */
  readonly organization?: string;
  /** Whether the program is told that it runs in a preview. */
  readonly preview?: boolean;
  /** Settings by their full names, as `pulumi config` stores them; what was set before is gone. */
  readonly config?: Readonly<Record<string, string>>;
  /**
   * Outputs that a provider would add to the inputs of a resource; `id` among them is its id (else NAME-id). Give all
   * that the program hands on: an output without a value is no input of another resource, and makes no dependency.
   */
  readonly outputs?: (resource: MockResource) => Readonly<Record<string, unknown>>;
  /** Answers of provider functions, such as aws:index/getCallerIdentity:getCallerIdentity. */
  readonly functions?: Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => Record<string, unknown>>>;
}

/**
 * Runs a Pulumi program without an engine and gives the graph of what it registered.
 *
 * Programs run one after the other: the SDK keeps its state per process.
 *
 * @throws what the program throws, or an Error that names a provider function without an answer in `functions`.
 */
export async function captureGraph(program: () => unknown, options: CaptureOptions = {}): Promise<ResourceGraph> {
  const { project = 'project', stack = 'stack', organization = 'organization', preview = false } = options;
  const unanswered = new Set<string>();
  const monitor = new GraphMonitor(mocksOf(options, unanswered));
  setMockOptions(monitor, project, stack, preview, organization);
  runtime.setAllConfig({ ...options.config });
  // An error that leaves the program here would end the process: the SDK has promises of it that nobody awaits.
  const failures: unknown[] = [];
  // The SDK takes a stack trace for each of thousands of promises; under Jest, which maps them, that is most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let outputs: unknown;
  try {
    outputs = await runtime.runInPulumiStack(async () => {
      try {
        return await program();
      } catch (error) {
        failures.push(error);
        return {};
      }
    });
    await disconnect();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (unanswered.size > 0) {
    throw new Error(`the program called ${[...unanswered].join(', ')}: give an answer in the option "functions"`);
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  return new ResourceGraph(monitor.registered, asRecord(outputs));
}

function mocksOf(options: CaptureOptions, unanswered: Set<string>): Mocks {
  return {
    newResource({ type, name, inputs, id }: MockResourceArgs) {
      const asked = asRecord(inputs);
      const { id: given, ...outputs } = options.outputs?.({ type, name, inputs: asked }) ?? {};
      const made = typeof given === 'string' ? given : `${name}-id`;
      return { id: id === undefined || id === '' ? made : id, state: { ...asked, ...outputs } };
    },
    call({ token, inputs }: MockCallArgs) {
      const answer = options.functions?.[token];
      if (answer === undefined) {
        // An error thrown here would be lost between the promises of the SDK.
        unanswered.add(token);
        return {};
      }
      return answer(asRecord(inputs));
    },
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
