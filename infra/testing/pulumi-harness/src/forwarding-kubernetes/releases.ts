import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { objectAt, parseObject, stringAt, type JsonObject } from '../pulumi/json.js';

/** What names a release. */
export interface ReleaseName {
  readonly namespace: string;
  readonly name: string;
}

export interface HelmOptions {
  /** The program. */
  readonly helm: string;
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** Where a relative path of a chart starts. */
  readonly folder: string;
}

/** What helm refused, or could not do in time. */
export class HelmError extends Error {
  override readonly name = 'HelmError';
}

/** The inputs of a Release that are understood here; with any other one it is refused. */
const UNDERSTOOD = [
  ...[
    'atomic',
    'chart',
    'compat',
    'createNamespace',
    'name',
    'namespace',
    'repositoryOpts',
    'resourceType',
    'skipAwait',
  ],
  ...['skipCrds', 'timeout', 'values', 'version'],
];

/** helm's own default of pulumi-kubernetes, in seconds. */
const DEFAULT_TIMEOUT_SECONDS = 300;

/** Helm releases in one cluster, by the helm program. */
export class Releases {
  readonly #options: HelmOptions;

  constructor(options: HelmOptions) {
    this.#options = options;
  }

  /** `helm install`. @throws HelmError */
  install(inputs: JsonObject, signal: AbortSignal): Promise<void> {
    return this.#deploy('install', inputs, signal);
  }

  /** `helm upgrade`. @throws HelmError */
  upgrade(inputs: JsonObject, signal: AbortSignal): Promise<void> {
    return this.#deploy('upgrade', inputs, signal);
  }

  /** What a Release's `status` output has; undefined if there is no such release. */
  async status({ namespace, name }: ReleaseName): Promise<JsonObject | undefined> {
    let text: string;
    try {
      text = await this.#helm(['status', name, '--namespace', namespace, '--output', 'json']);
    } catch (error) {
      if (error instanceof HelmError && error.message.includes('release: not found')) return undefined;
      throw error;
    }
    const status = parseObject(text, `helm status ${name}`);
    return {
      name,
      namespace,
      revision: status['version'],
      status: stringAt(objectAt(status, 'info') ?? {}, 'status'),
    };
  }

  /** `helm uninstall`, until all is gone. Harmless where there is no such release. @throws HelmError */
  async uninstall({ namespace, name }: ReleaseName, inputs: JsonObject, signal: AbortSignal): Promise<void> {
    const args = ['uninstall', name, '--namespace', namespace, '--ignore-not-found', ...waiting(inputs)];
    await this.#helm(args, signal);
  }

  async #deploy(command: 'install' | 'upgrade', inputs: JsonObject, signal: AbortSignal): Promise<void> {
    const strangers = Object.keys(inputs).filter((key) => !UNDERSTOOD.includes(key));
    if (strangers.length > 0) throw new Error(`this provider does not understand ${strangers.join(', ')} of a Release`);
    const repository = stringAt(objectAt(inputs, 'repositoryOpts') ?? {}, 'repo');
    const version = stringAt(inputs, 'version');
    await this.#helm(
      [
        ...[command, stringAt(inputs, 'name'), this.#chart(stringAt(inputs, 'chart'), repository)],
        ...['--namespace', stringAt(inputs, 'namespace'), '--values', '-'],
        ...(repository === '' ? [] : ['--repo', repository]),
        ...(version === '' ? [] : ['--version', version]),
        ...(inputs['createNamespace'] === true && command === 'install' ? ['--create-namespace'] : []),
        ...(inputs['skipCrds'] === true ? ['--skip-crds'] : []),
        ...(inputs['atomic'] === true ? ['--atomic'] : []),
        ...waiting(inputs),
      ],
      signal,
      JSON.stringify(inputs['values'] ?? {}),
    );
  }

  #chart(chart: string, repository: string): string {
    if (repository !== '' || isAbsolute(chart)) return chart;
    const path = resolve(this.#options.folder, chart);
    return existsSync(path) ? path : chart;
  }

  async #helm(args: readonly string[], signal?: AbortSignal, input = ''): Promise<string> {
    const { helm, kubeconfig, context } = this.#options;
    const place = ['--kubeconfig', kubeconfig, ...(context === undefined ? [] : ['--kube-context', context])];
    // SIGINT, so that helm notes in the release that it was interrupted.
    const child = spawn(helm, [...args, ...place], { signal, killSignal: 'SIGINT' });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdin.end(input);
    await new Promise<void>((resolve, reject) => {
      let aborted: Error | undefined;
      child.once('error', (error) => (aborted = error));
      child.once('close', (code) => {
        if (code === 0) resolve();
        else
          reject(
            new HelmError(
              `helm ${args.slice(0, 2).join(' ')}: ${errors.trim() || (aborted?.message ?? `code ${String(code)}`)}`,
            ),
          );
      });
    });
    return output;
  }
}

function waiting(inputs: JsonObject): string[] {
  const timeout = inputs['timeout'];
  const seconds = typeof timeout === 'number' && timeout > 0 ? timeout : DEFAULT_TIMEOUT_SECONDS;
  return [...(inputs['skipAwait'] === true ? [] : ['--wait']), '--timeout', `${seconds}s`];
}
