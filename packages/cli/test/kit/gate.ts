import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Stands before a service and lets so many photos through; the others wait until it is opened. Whoever sends them is certain
 * to have begun and not to have ended, however fast or slow the machine is.
 */
export class Gate {
  readonly #server: Server;
  #held: (() => void)[] = [];
  #left: number;

  private constructor(upstream: string, photos: number) {
    this.#left = photos;
    this.#server = createServer((request, response) => {
      const pass = (): void => {
        const { method, headers } = request;
        const onward = forward(upstream + (request.url ?? ''), { method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        onward.on('error', () => response.destroy());
        request.pipe(onward);
      };
      if (request.method === 'POST' && this.#left-- <= 0) this.#held.push(pass);
      else pass();
    });
  }

  static async before(upstream: string, { photos }: { readonly photos: number }): Promise<Gate> {
    const gate = new Gate(upstream, photos);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets everything through from now on. */
  open(): void {
    this.#left = Infinity;
    for (const pass of this.#held.splice(0)) pass();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
