import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Throws, or rejects, with the reason if something is not well. */
export type HealthCheck = () => void | Promise<void>;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A small private HTTP server: paths to answers. */
export class Endpoint {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws Error if the address cannot be listened on */
  static async open(
    address: Address,
    answer: (path: string, query: URLSearchParams) => Promise<Answer>,
  ): Promise<Endpoint> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      answer(url.pathname, url.searchParams)
        .catch((error: unknown): Answer => ({ status: 500, body: `${String(error)}\n` }))
        .then(({ status, body, type = 'text/plain; charset=utf-8' }) => {
          response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' });
          response.end(body);
        })
        .catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.port, address.host, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
    return new Endpoint(server);
  }

  /** Where it listens; the port that was given if 0 was asked for. */
  get address(): Address {
    const address = this.#server.address();
    return isAddressInfo(address) ? { host: address.address, port: address.port } : { host: '', port: 0 };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

/** How long one check may take, in ms. */
const CHECK_TIMEOUT_MS = 5_000;

/**
 * Answers as the API server's own health endpoints do: `/healthz` runs all checks of that name, `/healthz/ping` one of
 * them, `?exclude=ping` leaves one out. 200 or 500; the body names each check and why it failed.
 */
export async function answerHealth(
  groups: Readonly<Record<string, Readonly<Record<string, HealthCheck>>>>,
  path: string,
  query: URLSearchParams,
): Promise<Answer> {
  const [, group = '', one, ...rest] = path.split('/');
  const checks = Object.hasOwn(groups, group) ? groups[group] : undefined;
  const excluded = new Set(query.getAll('exclude'));
  const names = Object.keys(checks ?? {}).filter((name) => (one ? name === one : !excluded.has(name)));
  if (!checks || rest.length > 0 || (one && names.length === 0)) return { status: 404, body: `no check at ${path}\n` };
  const lines = await Promise.all(
    names.map(async (name) => {
      const reason = await failureOf(checks[name]);
      return {
        ok: reason === undefined,
        line: reason === undefined ? `[+]${name} ok` : `[-]${name} failed: ${reason}`,
      };
    }),
  );
  const ok = lines.every((line) => line.ok);
  const verdict = ok ? `${group} check passed` : `${group} check failed`;
  return { status: ok ? 200 : 500, body: [...lines.map(({ line }) => line), verdict, ''].join('\n') };
}

async function failureOf(check: HealthCheck | undefined): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check?.(), tooLate]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
