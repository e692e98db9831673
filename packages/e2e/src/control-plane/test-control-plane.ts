import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../cluster/scripts.js';
import { findFreePort } from '../service/managed-server.js';
import { readCredentials, type Credentials } from './kube/credentials.js';
import { KubeClient } from './kube/kube-client.js';
import { until } from '../waiting/until.js';

/** etcd, the API server and the controller manager on the loopback, made for one run. */
export class TestControlPlane {
  /** Of an administrator. */
  readonly credentials: Credentials;
  /** The API server's own, in PEM: what stands in for it shows them too. */
  readonly serverCert: string;
  readonly serverKey: string;
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;

  private constructor(
    parts: Pick<TestControlPlane, 'credentials' | 'serverCert' | 'serverKey'>,
    folder: string,
    settings: Readonly<Record<string, string>>,
  ) {
    this.credentials = parts.credentials;
    this.serverCert = parts.serverCert;
    this.serverKey = parts.serverKey;
    this.#folder = folder;
    this.#settings = settings;
  }

  static async start(): Promise<TestControlPlane> {
    const folder = await mkdtemp(join(tmpdir(), 'face-comparison-control-plane-'));
    const settings = {
      // The two after it are etcd's.
      FACE_COMPARISON_CONTROL_PLANE_PORT: String(await findFreePort()),
      FACE_COMPARISON_CONTROL_PLANE_STATE: folder,
    };
    try {
      await runScript('control-plane', ['up'], { env: settings, showProgress: true });
      const credentials = await readCredentials(join(folder, 'admin.kubeconfig'));
      const serverCert = await readFile(join(folder, 'pki/apiserver.crt'), 'utf8');
      const serverKey = await readFile(join(folder, 'pki/apiserver.key'), 'utf8');
      return new TestControlPlane({ credentials, serverCert, serverKey }, folder, settings);
    } catch (error) {
      await end(folder, settings);
      throw error;
    }
  }

  /** Ends the API server without warning and starts it again as it was; resolves once it answers. */
  async restartApiServer(): Promise<void> {
    const pidFile = join(this.#folder, 'pid/kube-apiserver');
    const pid = Number(await readFile(pidFile, 'utf8'));
    const [command = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
    process.kill(pid, 'SIGKILL');
    await until('the API server has ended', () => !isAlive(pid));
    const child = spawn(command, args, { detached: true, stdio: 'ignore' });
    child.unref();
    // So that the script that ends the control plane finds it.
    await writeFile(pidFile, `${child.pid ?? ''}\n`);
    const client = new KubeClient(this.credentials);
    await until('the API server answers again', () => client.isReady());
    client.close();
  }

  async stop(): Promise<void> {
    await end(this.#folder, this.#settings);
  }
}

async function end(folder: string, settings: Readonly<Record<string, string>>): Promise<void> {
  await runScript('control-plane', ['down'], { env: settings });
  await rm(folder, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
