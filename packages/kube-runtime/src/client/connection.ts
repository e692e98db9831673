import { createHash } from 'node:crypto';
import type { AgentOptions } from 'node:https';
import { HttpMethod, KubeConfig, RequestContext, type Cluster, type DispatcherOptions } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';

/** What a request needs to reach the API server as who we are. */
export interface Access {
  readonly dispatcher: Dispatcher;
  readonly headers: Record<string, string>;
}

/**
 * Connections to one API server, shared by all requests.
 *
 * client-node makes a new connection pool, and so a new TLS connection, for each call: 50 calls were 50 connections. Here
 * one pool serves as long as its TLS material stays the same (`KubeConfig.applySecurityAuthentication` reads the files of
 * a CA or of a certificate each time); when a file has changed, new requests go through a new pool and the old one closes
 * after its last answer.
 */
export class Connection {
  readonly server: URL;
  readonly #config: KubeConfig;
  #pool: { readonly dispatcher: Dispatcher; readonly fingerprint: string } | undefined;

  /** @throws Error if the configuration names no cluster */
  constructor(config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error('the kubeconfig has no current context with a cluster');
    this.#config = config;
    this.server = new URL(cluster.server);
  }

  /** The pool and the headers (bearer token and the like) for one request. */
  async access(): Promise<Access> {
    const login = new Login(this.#config, this.#pool?.fingerprint);
    const context = new RequestContext(this.server.href, HttpMethod.GET);
    await login.applySecurityAuthentication(context);
    return { dispatcher: this.#poolFor(login.fingerprint, context.getDispatcher()), headers: context.getHeaders() };
  }

  /** Ends all connections, and the requests on them. */
  async close(): Promise<void> {
    await this.#pool?.dispatcher.destroy();
    this.#pool = undefined;
  }

  #poolFor(fingerprint: string, made: Dispatcher | undefined): Dispatcher {
    const current = this.#pool;
    if (current?.fingerprint === fingerprint) {
      // Two first requests at once: the other one's pool is there already.
      if (made) void made.close();
      return current.dispatcher;
    }
    // None is made for a server without TLS.
    const dispatcher = made ?? new Agent();
    this.#pool = { dispatcher, fingerprint };
    if (current) void current.dispatcher.close();
    return dispatcher;
  }
}

/** One use of a KubeConfig, which makes no pool for TLS material that there is a pool for. */
class Login extends KubeConfig {
  fingerprint = '';
  readonly #known: string | undefined;

  constructor(config: KubeConfig, known: string | undefined) {
    super();
    // Its authenticators too, which cache tokens.
    Object.assign(this, config);
    this.#known = known;
  }

  override createDispatcherOptions(cluster: Cluster | null, agentOptions: AgentOptions): DispatcherOptions {
    const options = super.createDispatcherOptions(cluster, agentOptions);
    this.fingerprint = createHash('sha256').update(JSON.stringify(options)).digest('base64');
    if (this.fingerprint === this.#known) return { type: 'none' };
    if (options.type !== 'agent') return options;
    // One connection a watch: over HTTP/2 a single stalled connection would hold up every watch and call at once.
    const connect = { ...options.connect, allowH2: false };
    return { ...options, connect };
  }
}
