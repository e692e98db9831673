import { connect, createServer, type Server, type Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** A cable to an API server that can be cut, counted and made to fall silent. */
export class Relay {
  /** Reaches the API server through this relay. */
  readonly kubeConfig = new KubeConfig();
  /** How many connections were made through it. */
  connections = 0;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #refusing = false;

  private constructor(target: URL) {
    this.#server = createServer((near) => {
      if (this.#refusing) {
        near.resetAndDestroy();
        return;
      }
      this.connections++;
      const far = connect(Number(target.port), target.hostname);
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      for (const socket of pair) {
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#pairs.delete(pair);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
  }

  static async open(kubeConfig: KubeConfig): Promise<Relay> {
    const cluster = kubeConfig.getCurrentCluster();
    if (!cluster) throw new Error('no cluster');
    const relay = new Relay(new URL(cluster.server));
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    const address = relay.#server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { currentContext, contexts, users } = kubeConfig;
    const clusters = [{ ...cluster, server: `https://127.0.0.1:${port}` }];
    relay.kubeConfig.loadFromOptions({ clusters, contexts, users, currentContext });
    return relay;
  }

  /** Resets all connections; new ones work. */
  cut(): void {
    for (const [near] of this.#pairs) near.resetAndDestroy();
  }

  /** Resets all connections and every new one, until the returned function is called. */
  refuse(): () => void {
    this.#refusing = true;
    this.cut();
    return () => (this.#refusing = false);
  }

  /** Lets nothing more through the connections there are, and does not say so. New ones work. */
  silence(): () => void {
    const pairs = [...this.#pairs];
    for (const [near, far] of pairs) far.unpipe(near);
    return () => pairs.forEach(([near, far]) => far.pipe(near));
  }

  async close(): Promise<void> {
    for (const [near] of this.#pairs) near.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
