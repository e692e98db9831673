import { dirname } from 'node:path';
import { serveAws, serveGateway, serveKubernetes, World } from '@face-comparison/fake-aws';
import { Stack, type StackOptions } from '../pulumi/stack.js';
import { Workplace } from '../pulumi/workplace.js';
import type { ProgramName } from '../timeline/timeline.js';
import { PROGRAMS } from './programs.js';
import { CLIENT_KEYS, SETTINGS } from './settings.js';

/** Name of the stacks. */
export const STACK = 'test';

/** A fake account with its providers, and a folder with the stacks that are worked on in it. */
export class Bench {
  readonly world: World;
  /** What a user would have exported before running the CLI. */
  readonly environment: NodeJS.ProcessEnv;
  readonly #workplace: Workplace;
  readonly #ports: { readonly aws: number; readonly kubernetes: number; readonly gateway: number };
  readonly #closers: (() => void)[];

  private constructor(
    world: World,
    workplace: Workplace,
    environment: NodeJS.ProcessEnv,
    served: Record<'aws' | 'kubernetes' | 'gateway', { readonly port: number; close(): void }>,
  ) {
    this.world = world;
    this.environment = environment;
    this.#workplace = workplace;
    this.#ports = { aws: served.aws.port, kubernetes: served.kubernetes.port, gateway: served.gateway.port };
    this.#closers = Object.values(served).map((one) => () => one.close());
  }

  /** An empty account, and no stack. */
  static async open(): Promise<Bench> {
    return Bench.#serve(new World(), await Workplace.open());
  }

  /** A copy of the account and of the stacks, in which everything can go another way. */
  async fork(): Promise<Bench> {
    return Bench.#serve(this.world.fork(), await this.#workplace.copy());
  }

  static async #serve(world: World, workplace: Workplace): Promise<Bench> {
    const environment: NodeJS.ProcessEnv = {};
    return new Bench(world, workplace, environment, {
      aws: await serveAws(world),
      kubernetes: await serveKubernetes(world, { environment }),
      gateway: await serveGateway(world),
    });
  }

  /** Makes the stack of a program, with the settings of settings.ts. */
  async createStack(name: ProgramName): Promise<Stack> {
    const stack = await Stack.create(this.#optionsOf(name));
    await stack.configure(SETTINGS[name]);
    if (name === 'service') {
      for (const [client, key] of Object.entries(CLIENT_KEYS)) await stack.configureSecret(`keys.${client}`, key);
    }
    return stack;
  }

  /** The stack of a program that was made before, in this bench or in the one that this is a copy of. */
  stack(name: ProgramName): Promise<Stack> {
    return Stack.open(this.#optionsOf(name));
  }

  /** Where calls of API Gateway go. */
  get gatewayPort(): number {
    return this.#ports.gateway;
  }

  /** For files that are to go with the bench. */
  get folder(): string {
    return this.#workplace.folder;
  }

  /** The folder with the mirrors of both projects. */
  async mirrorProjects(): Promise<string> {
    const mirrors = Object.values(PROGRAMS).map(({ folder }) => this.#workplace.mirror(folder));
    return dirname((await Promise.all(mirrors))[0] ?? this.folder);
  }

  async close(): Promise<void> {
    for (const close of this.#closers) close();
    await this.#workplace.remove();
  }

  #optionsOf(name: ProgramName): StackOptions {
    const { project, folder } = PROGRAMS[name];
    const { aws, kubernetes, gateway } = this.#ports;
    return {
      workplace: this.#workplace,
      projectFolder: folder,
      project,
      name: STACK,
      providers: { aws, kubernetes },
      gatewayPort: gateway,
      environment: this.environment,
    };
  }
}
