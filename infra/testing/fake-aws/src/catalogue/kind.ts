/** The properties of a resource: what a program sends, or what AWS answers. */
export type Props = Readonly<Record<string, unknown>>;

/** An input that names another resource, and the refusal to delete that one meanwhile. */
export interface Reference {
  /** Path into the inputs, such as `vpcConfig.subnetIds` or `routes[].gatewayId`. */
  readonly at: string;
  /** Key of the row of the resource that is named. */
  readonly to: string;
  /** AWS's code for "something still uses it". Without one the other resource may go first. */
  readonly holds?: string;
  /** It is a part of the other resource and goes with it. */
  readonly partOf?: true;
}

/** Simulated seconds of each operation. */
export interface Latency {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  /** Where the figures come from. */
  readonly source: string;
}

/** A resource that is being described: its outputs are made of this. */
export interface Draft {
  readonly id: string;
  readonly arn: string;
  /** The name it goes by. */
  readonly name: string;
  readonly inputs: Props;
  readonly region: string;
  readonly account: string;
  /** Hexadecimal digits that belong to this resource alone. */
  readonly digits: string;
}

/** What the fake knows of one resource type. */
export interface Kind {
  /** The id with `{input}`, `{name}`, `{arn}` filled in; `*` stands for 17 hexadecimal digits. */
  readonly id: string;
  /** The ARN with `{region}`, `{account}`, `{id}`, `{name}`, `{digits}` and inputs filled in. */
  readonly arn?: string;
  /** The input that holds the name; it gets `<logical name>-<7 digits>` when the program leaves it out. */
  readonly autoname?: string;
  /** What AWS accepts as a name. */
  readonly nameRule?: { readonly pattern: RegExp; readonly says: string };
  /** No two of this type may agree in all of these; `code` is the answer when they do. */
  readonly unique?: { readonly by: readonly string[]; readonly code: string };
  readonly latency: Latency;
  /** Inputs whose change needs a new resource. */
  readonly replaceOn?: readonly string[];
  readonly references?: readonly Reference[];
  /** How long the provider repeats a delete that something still holds up, in seconds. */
  readonly deleteRetrySeconds?: number;
  /** Once failed it stays failed: only a new one helps. */
  readonly failsForGood?: boolean;
  /** Outputs that another value may follow an update. */
  readonly changingOutputs?: readonly string[];
  /** What AWS adds to the inputs, deep inside of them too. What the program gave wins. */
  readonly outputs?: (draft: Draft) => Props;
  /** Seconds its network interfaces outlive it. */
  readonly interfacesLingerSeconds?: number;
}

/** A row for `'ec2/vpc'` is about `aws:ec2/vpc:Vpc`. */
export type Rows = Readonly<Record<string, Kind>>;
