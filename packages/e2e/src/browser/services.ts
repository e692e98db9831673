import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServer, type ManagedServer } from '../service/managed-server.js';
import { until } from '../waiting/until.js';

/** A service as a browser reaches it. */
export interface Service {
  /** With a slash at its end. */
  readonly pageUrl: string;
  close(): Promise<void>;
}

/** What all servers of this program are started with. */
const SHARED_ARGS = ['--log-level', 'error', '--cache-dir', resolve('.cache/service')];

/** The service as `npm start` runs it. */
export async function startPlain(): Promise<Service> {
  return serviceOf(await startServer({ lanes: 1, extraArgs: SHARED_ARGS }));
}

/** The same, asking for a key. */
export async function startWithKeys(folder: string): Promise<Service & { readonly key: string }> {
  const key = randomBytes(24).toString('hex');
  const keysFile = join(folder, 'keys.json');
  const sha256 = createHash('sha256').update(key).digest('hex');
  await writeFile(keysFile, JSON.stringify({ clients: [{ name: 'browser', sha256 }] }));
  const server = await startServer({ lanes: 1, extraArgs: [...SHARED_ARGS, '--keys-file', keysFile] });
  return { ...serviceOf(server), key };
}

/** Where `nx run model-default:variants` puts the variants of the default model, seen from the root. */
export const VARIANTS = ['.cache/models/float32', '.cache/models/lite'] as const;

/** Three versions side by side: the default one, a comparable one that is tried out, and one of another space. */
export async function startRollout(folder: string): Promise<Service> {
  const models = await Promise.all(
    ['models/default', ...VARIANTS].map(async (folder) => {
      const path = resolve(folder, 'manifest.json');
      const bytes = await readFile(path);
      const { version } = JSON.parse(bytes.toString('utf8')) as { readonly version: string };
      return {
        version,
        manifest: pathToFileURL(path).href,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    }),
  );
  const [standard, candidate] = models;
  const plan = {
    generation: 1,
    default: standard?.version,
    models,
    canary: { version: candidate?.version, weight: 20 },
  };
  const planFile = join(folder, 'plan.json');
  await writeFile(planFile, JSON.stringify(plan));
  const service = serviceOf(await startServer({ lanes: 1, extraArgs: [...SHARED_ARGS, '--plan', planFile] }));
  try {
    await untilLoaded(service, models.length);
  } catch (error) {
    await service.close();
    throw error;
  }
  return service;
}

async function untilLoaded({ pageUrl }: Service, count: number): Promise<void> {
  let loaded: readonly string[] = [];
  await until(
    `${count} versions are loaded`,
    async () => {
      const answer = await fetch(new URL('v2/models/default', pageUrl));
      const { versions = [] } = (await answer.json()) as { readonly versions?: readonly string[] };
      loaded = versions;
      return loaded.length === count;
    },
    { everyMs: 100, describe: () => `only ${loaded.join(', ')}` },
  );
}

function serviceOf(server: ManagedServer): Service {
  return { pageUrl: `${server.baseUrl}/`, close: () => server.stop() };
}

/** A proxy that can be away for a while. */
export interface Proxy extends Service {
  /** Takes no connections any more, as a service that has ended. */
  down(): Promise<void>;
  /** Listens again, at the same port. */
  up(): Promise<void>;
}

/** Gives a service a path below the root, as an ingress does: /faces/x there is /x here. */
export async function proxyBelow(prefix: string, service: Service): Promise<Proxy> {
  const backend = new URL(service.pageUrl);
  const server: Server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (!path.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const forwarded = request(
      new URL(path.slice(prefix.length), backend),
      { method: incoming.method ?? 'GET', headers: { ...incoming.headers, host: backend.host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  let port = 0;
  const up = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address !== 'string') ({ port } = address);
  };
  const down = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await up();
  return { pageUrl: `http://127.0.0.1:${port}${prefix}/`, up, down, close: down };
}
