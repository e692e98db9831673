/** How long the engine may take over one operation of a resource, in seconds; undefined: as the provider says. */
export interface Timeouts {
  readonly create: string | undefined;
  readonly update: string | undefined;
  readonly delete: string | undefined;
}

/** A resource as the program registered it. */
export interface GraphResource {
  readonly urn: string;
  /** aws:ec2/vpc:Vpc */
  readonly type: string;
  readonly name: string;
  /** False for a component, which groups others and is nothing by itself. */
  readonly custom: boolean;
  /** Read by `get` or StackReference and not made: never destroyed. */
  readonly external: boolean;
  readonly parent: string | undefined;
  /** URN of the explicit provider; undefined for a default provider. */
  readonly provider: string | undefined;
  /** URNs, by `dependsOn` and by inputs that are outputs of others. */
  readonly dependencies: readonly string[];
  /** The same for each input that comes from others. */
  readonly inputDependencies: Readonly<Record<string, readonly string[]>>;
  readonly deletedWith: string | undefined;
  /** What the program asked for; secrets in clear. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs that are or hold a secret. */
  readonly secretInputs: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly secretOutputs: readonly string[];
  readonly retainOnDelete: boolean;
  readonly protect: boolean;
  readonly timeouts: Timeouts;
}
