import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConfigError } from '../config.js';

/** Where the build leaves the page, seen from the folder of this file in src and in dist. */
const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** The folder is kept in memory; more than this is no page. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Types that become smaller; photos are compressed already. */
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt']);

const ENCODERS = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
} as const;
type Encoding = keyof typeof ENCODERS;

/** What browsers are told with the page: nothing from elsewhere, no frame around it, a camera for itself. */
const PAGE_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

/** A file of the page, with its compressed forms once they have been asked for. */
class PageFile {
  readonly #bytes: Buffer;
  readonly #mediaType: string;
  readonly #cacheControl: string;
  readonly #isCompressible: boolean;
  readonly #digest: string;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  /** @param path from the folder of the page, with slashes */
  constructor(path: string, bytes: Buffer) {
    const extension = extname(path).toLowerCase();
    this.#bytes = bytes;
    this.#mediaType = MEDIA_TYPES[extension] ?? 'application/octet-stream';
    this.#isCompressible = COMPRESSIBLE.has(extension);
    this.#digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    this.#cacheControl = cacheControlOf(path);
  }

  async send({ headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const encoding = this.#isCompressible ? preferredEncoding(headers['accept-encoding']) : undefined;
    const etag = `"${this.#digest}${encoding === undefined ? '' : `-${encoding}`}"`;
    void reply.headers({ ...PAGE_HEADERS, 'Cache-Control': this.#cacheControl, ETag: etag });
    if (this.#isCompressible) void reply.header('Vary', 'Accept-Encoding');
    if (isKnown(headers['if-none-match'], etag)) return reply.code(304).send();
    void reply.type(this.#mediaType);
    if (encoding === undefined) return reply.send(this.#bytes);
    return reply.header('Content-Encoding', encoding).send(await this.#encode(encoding));
  }

  #encode(encoding: Encoding): Promise<Buffer> {
    const known = this.#encoded.get(encoding);
    if (known !== undefined) return known;
    const encoded = ENCODERS[encoding](this.#bytes);
    this.#encoded.set(encoding, encoded);
    return encoded;
  }
}

/** The page at /: the files of a folder, read once. A path is looked up and never looked for on the disk. */
export class WebPage {
  readonly #files: ReadonlyMap<string, PageFile>;

  private constructor(files: ReadonlyMap<string, PageFile>) {
    this.#files = files;
  }

  /**
   * Reads the page.
   * @param folder `none` for no page; where the build leaves it unless given
   * @returns undefined when there is none, or when it has not been built
   * @throws ConfigError for a folder that is given and has no page
   */
  static async load(folder: string | undefined): Promise<WebPage | undefined> {
    if (folder === 'none') return undefined;
    const files = await readFolder(folder ?? BUILT_PAGE);
    if (files.has('index.html')) return new WebPage(files);
    if (folder === undefined) return undefined;
    throw new ConfigError(`--web-dir: expected a folder with index.html, or none, got "${folder}"`);
  }

  register(app: FastifyInstance): void {
    for (const [path, file] of this.#files) {
      app.get(path === 'index.html' ? '/' : `/${path}`, (request, reply) => file.send(request, reply));
    }
  }
}

async function readFolder(folder: string): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  let total = 0;
  // A folder that is not there has no files.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    // No hidden files, and no names that would mean something in a route.
    if (!entry.isFile() || !/^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/.test(path)) continue;
    const bytes = await readIfThere(file);
    if (bytes === undefined) continue;
    total += bytes.length;
    if (total > MAX_PAGE_BYTES) {
      throw new ConfigError(`--web-dir: expected a page of at most ${MAX_PAGE_BYTES} bytes, got more in "${folder}"`);
    }
    files.set(path, new PageFile(path, bytes));
  }
  return files;
}

/** A page that is being built again at this moment must not keep the service from starting. */
async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names in assets/ have a hash of the content; other files may change with the next release. */
function cacheControlOf(path: string): string {
  if (path.endsWith('.html')) return 'no-cache';
  return path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=86400';
}

/** The smallest form that a client takes; RFC 9110, section 12.5.3, without preferences between two that it takes. */
function preferredEncoding(accept = ''): Encoding | undefined {
  const accepted = new Set(
    accept
      .split(',')
      .map((item) => /^\s*(\w+)\s*(?:;\s*q\s*=\s*(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/.exec(item)?.[1]?.toLowerCase()),
  );
  return (['br', 'gzip'] as const).find((encoding) => accepted.has(encoding));
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
}
