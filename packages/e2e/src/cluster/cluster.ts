/** A Kubernetes cluster that a scenario may do with as it likes, within namespaces of its own. */
export interface Cluster {
  /** Path of the kubeconfig file that leads to it. */
  readonly kubeconfig: string;
  /** Whether `npm run cluster -- up` made it: only then can its API server be stopped and its node be entered. */
  readonly isOurs: boolean;
  /** The address at which pods reach this machine; undefined for a cluster that is not ours. */
  readonly hostAddress: string | undefined;

  /**
   * Runs kubectl.
   * @param options.input what it reads from standard input, such as a manifest for `apply -f -`
   * @returns what it printed on standard output
   * @throws Error with what it printed on both outputs when it fails
   */
  kubectl(args: readonly string[], options?: CommandInput): Promise<string>;

  /**
   * Runs helm, against this cluster.
   * @throws Error with what it printed when it fails
   */
  helm(args: readonly string[], options?: CommandInput): Promise<string>;

  /**
   * Brings an image into the cluster; one that is there already, with the same content, costs a few seconds at most.
   * Into a cluster that is not ours by `kind load` or `k3d image import`.
   * @throws Error for any other cluster: its images come from a registry
   */
  loadImage(image: Image): Promise<void>;

  /**
   * Ends the API server without warning and starts it again; resolves once it answers.
   * @param whileDown runs while there is none
   * @throws Error when the cluster is not ours
   */
  restartApiServer(whileDown?: () => Promise<void>): Promise<void>;
}

export interface CommandInput {
  readonly input?: string;
}

/** An image in a file. */
export interface Image {
  /** As pods name it, such as `facecompare.local/server:dev`. */
  readonly name: string;
  /** Path of a tar in the form of `docker save`. */
  readonly tar: string;
}
