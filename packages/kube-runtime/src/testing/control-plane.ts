import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from '../client/client.js';
import { resources } from '../resources.js';
import { selfSigned } from './self-signed.js';

/** An etcd and a kube-apiserver of our own on the loopback. */
export interface ControlPlane {
  readonly kubeConfig: KubeConfig;
  /** A kubeconfig file of the administrator, for kubectl and other programs. */
  readonly kubeconfigPath: string;
  readonly server: string;
  /** Kills the API server as `kill -9` does and starts it again on the same port, with the same data. */
  restartApiServer(): Promise<void>;
  /** Ends everything and removes its files. */
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Where the programs are. Default: the environment's `KUBEBUILDER_ASSETS` */
  readonly assets?: string | undefined;
  /** Start kube-controller-manager too: garbage collection, Deployments to ReplicaSets to (pending) Pods, namespaces that end. */
  readonly controllerManager?: boolean;
  /** How long it may take to be ready. @default 300_000 */
  readonly timeoutMs?: number;
}

/** What is missing to start a control plane, in words; undefined if nothing is. */
export function missingForControlPlane(options: ControlPlaneOptions = {}): string | undefined {
  const assets = options.assets ?? process.env['KUBEBUILDER_ASSETS'];
  if (!assets) return 'KUBEBUILDER_ASSETS is not set (a folder with etcd and kube-apiserver)';
  const programs = ['etcd', 'kube-apiserver', ...(options.controllerManager ? ['kube-controller-manager'] : [])];
  const missing = programs.filter((program) => !existsSync(join(assets, program)));
  return missing.length > 0 ? `${assets} (KUBEBUILDER_ASSETS) has no ${missing.join(', ')}` : undefined;
}

/**
 * Starts a real control plane for tests. There is no node: pods stay pending.
 *
 * @throws Error naming what is missing, or with the end of the log of a program that did not start
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const missing = missingForControlPlane(options);
  const assets = options.assets ?? process.env['KUBEBUILDER_ASSETS'];
  if (missing !== undefined || !assets) throw new Error(missing ?? 'no folder of programs');
  const folder = await mkdtemp(join(tmpdir(), 'control-plane-'));
  const timeoutMs = options.timeoutMs ?? 300_000;
  const programs = new Programs(assets, folder);
  try {
    const [etcdPort, peerPort, port] = await freePorts(3);
    const server = `https://127.0.0.1:${port}`;
    const { cert, key } = selfSigned('kube-apiserver');
    const token = randomBytes(16).toString('hex');
    const serviceAccounts = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const file = async (name: string, content: string): Promise<string> => {
      await writeFile(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    const certFile = await file('apiserver.crt', cert);
    const keyFile = await file('apiserver.key', key);
    const tokens = await file('tokens.csv', `${token},admin,admin,"system:masters"\n`);
    const signingKey = await file(
      'sa.key',
      serviceAccounts.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    );
    const publicKey = await file(
      'sa.pub',
      serviceAccounts.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    const kubeconfigPath = await file('kubeconfig', kubeconfig(server, cert, token));
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(kubeconfigPath);

    const etcd = `http://127.0.0.1:${etcdPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    programs.start('etcd', [
      '--name=test',
      `--data-dir=${join(folder, 'etcd')}`,
      // The data may be lost with the machine.
      '--unsafe-no-fsync',
      '--log-level=warn',
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=test=${peer}`,
    ]);
    const startApiServer = async (): Promise<void> => {
      programs.start('kube-apiserver', [
        `--etcd-servers=${etcd}`,
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        '--endpoint-reconciler-type=none',
        `--secure-port=${port}`,
        `--tls-cert-file=${certFile}`,
        `--tls-private-key-file=${keyFile}`,
        `--token-auth-file=${tokens}`,
        '--authorization-mode=RBAC',
        '--allow-privileged',
        '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
        // Admission of ServiceAccounts waits for a controller manager that makes their tokens known.
        ...(options.controllerManager ? [] : ['--disable-admission-plugins=ServiceAccount']),
        '--service-cluster-ip-range=10.97.0.0/24',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        `--service-account-key-file=${publicKey}`,
        `--service-account-signing-key-file=${signingKey}`,
        `--cert-dir=${folder}`,
      ]);
      await programs.waitUntil('kube-apiserver', timeoutMs, () => exists(kubeConfig, 'default', 'namespaces'));
    };
    await startApiServer();
    if (options.controllerManager) {
      programs.start('kube-controller-manager', [
        `--kubeconfig=${kubeconfigPath}`,
        '--leader-elect=false',
        '--secure-port=0',
        '--use-service-account-credentials',
        `--root-ca-file=${certFile}`,
        `--service-account-private-key-file=${signingKey}`,
      ]);
      await programs.waitUntil('kube-controller-manager', timeoutMs, () =>
        exists(kubeConfig, 'default', 'serviceAccounts'),
      );
    }
    return {
      kubeConfig,
      kubeconfigPath,
      server,
      restartApiServer: async () => {
        await programs.kill('kube-apiserver');
        await startApiServer();
      },
      stop: () => programs.stop(),
    };
  } catch (error) {
    await programs.stop();
    throw error;
  }
}

/**
 * Runs a program until it ends, or a line comes on standard input, or standard input ends, which happens even when this
 * process is killed: no program and no file is left behind, whatever becomes of the tests. Its name ($0) is the folder.
 */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ read -r _ <&3; told=$?; kill -9 $child; [ $told = 0 ] || rm -rf "$0"; } 2>/dev/null &
guard=$!
wait $child
status=$?
kill $guard 2>/dev/null
exit $status`;

/** Programs that run, and their logs. */
class Programs {
  readonly #assets: string;
  readonly #folder: string;
  readonly #running = new Map<string, ChildProcess>();
  readonly #onExit = (): void => rmSync(this.#folder, { recursive: true, force: true });

  constructor(assets: string, folder: string) {
    this.#assets = assets;
    this.#folder = folder;
    process.once('exit', this.#onExit);
  }

  start(name: string, args: string[]): void {
    const log = openSync(this.#log(name), 'a');
    const command = ['-c', GUARD, this.#folder, join(this.#assets, name), ...args];
    this.#running.set(name, spawn('sh', command, { stdio: ['pipe', log, log] }));
    closeSync(log);
  }

  async waitUntil(name: string, timeoutMs: number, ready: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await ready())) {
      const child = this.#running.get(name);
      const ended = child?.exitCode ?? child?.signalCode ?? undefined;
      if (ended !== undefined || Date.now() > deadline) {
        const state = ended === undefined ? `is not ready after ${timeoutMs} ms` : `ended (${ended})`;
        const log = await readFile(this.#log(name), 'utf8');
        throw new Error(`${name} ${state}. The end of its log:\n${log.split('\n').slice(-15).join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async kill(name: string): Promise<void> {
    const child = this.#running.get(name);
    if (!child) return;
    this.#running.delete(name);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end('\n');
    await ended;
  }

  async stop(): Promise<void> {
    for (const name of [...this.#running.keys()].reverse()) await this.kill(name);
    process.removeListener('exit', this.#onExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #log(name: string): string {
    return join(this.#folder, `${name}.log`);
  }
}

async function exists(kubeConfig: KubeConfig, name: string, what: 'namespaces' | 'serviceAccounts'): Promise<boolean> {
  const client = new KubeClient({ kubeConfig, fieldManager: 'control-plane', requestTimeoutMs: 30_000 });
  try {
    const found =
      what === 'namespaces'
        ? await client.find(resources.namespaces, { name })
        : await client.find(resources.serviceAccounts, { namespace: 'default', name });
    return found !== undefined;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

function kubeconfig(server: string, ca: string, token: string): string {
  const cluster = { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'admin', user: { token } }],
  });
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
