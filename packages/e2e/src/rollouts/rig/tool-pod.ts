import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/index.js';
import { PATIENCE } from './patience.js';

/** Where the compiled programs for pods are, seen from the root of the repository. */
const COMPILED = 'packages/e2e/dist/rollouts';

/** Whoever runs in a namespace with the strictest Pod Security Standard. */
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Files for a pod, by their path below the mount. */
export type Files = Readonly<Record<string, Buffer | string>>;

export interface ToolPod {
  readonly name: string;
  readonly namespace: string;
  /** An image with Node: the server's own, so that nothing else has to be brought into the cluster. */
  readonly image: string;
  /** Mounted at /tool; 1 MiB at most. */
  readonly files: Files;
  readonly command: readonly string[];
  readonly port: number;
}

/** The compiled files of a folder of this program, and what makes Node take them for ES modules. */
export async function compiled(folder: string): Promise<Record<string, Buffer | string>> {
  const files: Record<string, Buffer | string> = { 'package.json': '{"type":"module"}' };
  const names = (await readdir(join(COMPILED, folder))).filter((name) => name.endsWith('.js'));
  for (const name of names) files[name] = await readFile(join(COMPILED, folder, name));
  return files;
}

/** Starts a pod of Node with files of this machine, and a Service before it; waits until it listens. */
export async function startToolPod(cluster: Cluster, pod: ToolPod): Promise<void> {
  const { name, namespace, image, files, command, port } = pod;
  const labels = { 'app.kubernetes.io/name': name };
  const paths = Object.keys(files);
  const metadata = { name, namespace, labels };
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      binaryData: Object.fromEntries(
        paths.map((path, i) => [`file-${i}`, Buffer.from(files[path] ?? '').toString('base64')]),
      ),
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'tool',
            image,
            imagePullPolicy: 'IfNotPresent',
            command,
            ports: [{ containerPort: port }],
            readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
            resources: { requests: { cpu: '50m', memory: '64Mi' } },
            securityContext: RESTRICTED,
            volumeMounts: [
              { name: 'tool', mountPath: '/tool' },
              { name: 'data', mountPath: '/data' },
            ],
          },
        ],
        volumes: [
          {
            name: 'tool',
            configMap: { name, items: paths.map((path, i) => ({ key: `file-${i}`, path })) },
          },
          { name: 'data', emptyDir: {} },
        ],
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port, targetPort: port }] } },
  ];
  await applyAll(cluster, objects);
}

/** Applies objects in one go. */
export async function applyAll(cluster: Cluster, objects: readonly object[]): Promise<void> {
  await cluster.kubectl(['apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  });
}

export async function untilReady(cluster: Cluster, namespace: string, name: string): Promise<void> {
  await cluster.kubectl(['wait', `pod/${name}`, '-n', namespace, '--for=condition=Ready', `--timeout=${PATIENCE}`]);
}

/** The address of a Service: names are not resolved in every cluster for tests. */
export async function serviceAddress(cluster: Cluster, namespace: string, name: string): Promise<string> {
  return cluster.kubectl(['get', 'service', name, '-n', namespace, '-o', 'jsonpath={.spec.clusterIP}']);
}
