import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes what it wants, when it wants. */
export class RawConnection {
  readonly #socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => (this.#received += text));
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** What has come so far. */
  get received(): string {
    return this.#received;
  }

  send(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  /** The answer to a request that asks for the connection to be closed, or that the server closes. */
  async answer(): Promise<Response> {
    await this.closed();
    const [head = '', body = ''] = this.#received.split('\r\n\r\n');
    const [statusLine = '', ...lines] = head.split('\r\n');
    const headers = lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 2),
    ]);
    return new Response(body, { status: Number(statusLine.split(' ')[1]), headers });
  }

  close(): void {
    this.#socket.destroy();
  }
}
