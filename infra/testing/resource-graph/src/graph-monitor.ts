import type { ReadResourceRequest, RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb.js';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks.js';
import { deserializeProperties } from '@pulumi/pulumi/runtime/rpc.js';

import type { GraphResource } from './graph-resource.js';
import { clearOf, hasSecret } from './secret-values.js';

type Reply = (error: unknown, response: unknown) => void;

/**
 * A resource monitor that answers as Pulumi's mocks do, and keeps what those forget: what depends on what, and the
 * options of each resource. MockMonitor is no public API of the SDK; the SDK is pinned.
 */
export class GraphMonitor extends MockMonitor {
  readonly registered: GraphResource[] = [];

  override async registerResource(request: RegisterResourceRequest, reply: Reply): Promise<void> {
    await super.registerResource(request, (error: unknown, response: unknown) => {
      if (error === null) {
        this.registered.push(resourceOf(request, urnOf(response)));
      }
      reply(error, response);
    });
  }

  override async readResource(request: ReadResourceRequest, reply: Reply): Promise<void> {
    await super.readResource(request, (error: unknown, response: unknown) => {
      if (error === null) {
        this.registered.push(readOf(request, urnOf(response)));
      }
      reply(error, response);
    });
  }

  /** The runtime closes its monitor at the end of a program. */
  close(): void {
    this.resources.clear();
  }
}

function resourceOf(request: RegisterResourceRequest, urn: string): GraphResource {
  const timeouts = request.getCustomtimeouts();
  const inputDependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((value, input) => {
    inputDependencies[input] = value.getUrnsList();
  });
  return {
    ...common(request, urn, request.getObject()),
    external: false,
    custom: request.getCustom(),
    dependencies: [...new Set([...request.getDependenciesList(), ...Object.values(inputDependencies).flat()])],
    inputDependencies,
    deletedWith: textOf(request.getDeletedwith()),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    secretOutputs: request.getAdditionalsecretoutputsList(),
    retainOnDelete: request.getRetainondelete() === true,
    protect: request.getProtect() === true,
    timeouts: {
      create: textOf(timeouts?.getCreate()),
      update: textOf(timeouts?.getUpdate()),
      delete: textOf(timeouts?.getDelete()),
    },
  };
}

function readOf(request: ReadResourceRequest, urn: string): GraphResource {
  return {
    ...common(request, urn, request.getProperties()),
    external: true,
    custom: true,
    dependencies: request.getDependenciesList(),
    inputDependencies: {},
    deletedWith: undefined,
    ignoreChanges: [],
    replaceOnChanges: [],
    secretOutputs: request.getAdditionalsecretoutputsList(),
    retainOnDelete: false,
    protect: false,
    timeouts: { create: undefined, update: undefined, delete: undefined },
  };
}

interface Named {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
}

type Properties = ReturnType<RegisterResourceRequest['getObject']>;

type Common = Pick<GraphResource, 'urn' | 'type' | 'name' | 'parent' | 'provider' | 'inputs' | 'secretInputs'>;

function common(request: Named, urn: string, properties: Properties): Common {
  const inputs = Object.entries<unknown>(properties === undefined ? {} : deserializeProperties(properties));
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: textOf(request.getParent()),
    // A reference to a provider is its URN, two colons and its id.
    provider: textOf(request.getProvider().replace(/::[^:]*$/, '')),
    inputs: Object.fromEntries(inputs.map(([name, value]) => [name, clearOf(value)])),
    secretInputs: inputs.filter(([, value]) => hasSecret(value)).map(([name]) => name),
  };
}

function urnOf(response: unknown): string {
  if (typeof response === 'object' && response !== null && 'getUrn' in response) {
    const { getUrn } = response;
    return typeof getUrn === 'function' ? String(getUrn.call(response)) : '';
  }
  throw new Error(
    'the mock monitor answered without a URN: is the pinned version of @pulumi/pulumi the one installed?',
  );
}

function textOf(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
