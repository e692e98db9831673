import { join } from 'node:path';
import { runCommand } from '../cluster/command.js';

/** Folder of the chart, seen from src and from dist. */
export const CHART = join(import.meta.dirname, '../../../../charts/face-comparison-operator');

/** The default model, which the chart's notes and the guides show. */
export const DEFAULT_MANIFEST = join(CHART, '../../models/default/manifest.json');

/** As the guides have it. The least Kubernetes of Chart.yaml, so that nothing depends on what helm was built with. */
export const RELEASE = 'face-comparison-operator';
export const NAMESPACE = 'face-comparison';
const KUBE_VERSION = '1.30.0';

/** A way to install the chart: values files of its folder `ci`, and single values after them. */
export interface Values {
  readonly files?: readonly string[];
  /** As after `--set`, such as `replicas=2`. */
  readonly set?: readonly string[];
}

/** The arguments of helm for some values. */
export function valueArgs({ files = [], set = [] }: Values): readonly string[] {
  return [...files.flatMap((file) => ['--values', join(CHART, 'ci', file)]), ...set.flatMap((one) => ['--set', one])];
}

/**
 * What the chart installs with some values.
 * @throws Error with what helm said against them
 */
export function renderChart(helm: string, values: Values = {}): Promise<string> {
  const cluster = ['--namespace', NAMESPACE, '--kube-version', KUBE_VERSION];
  return runCommand(helm, ['template', RELEASE, CHART, ...cluster, ...valueArgs(values)]);
}

/**
 * Helm's own opinion of the chart.
 * @throws Error with its complaints, warnings too
 */
export function lintChart(helm: string, values: Values = {}): Promise<string> {
  return runCommand(helm, ['lint', '--strict', CHART, '--kube-version', KUBE_VERSION, ...valueArgs(values)]);
}
