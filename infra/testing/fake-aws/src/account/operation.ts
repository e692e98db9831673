/** What changes something. */
export type Mutation = 'create' | 'update' | 'delete';

/** One operation as it went, on the virtual clock. */
export interface Span {
  readonly op: Mutation;
  /** Pulumi's type token. */
  readonly type: string;
  readonly urn: string;
  /** Virtual seconds. */
  readonly start: number;
  readonly end: number;
  /** What it was refused with. */
  readonly error?: string;
}
