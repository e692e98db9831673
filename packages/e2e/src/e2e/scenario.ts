/** A check of the whole thing, as a user meets it. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** What this machine lacks for it, as a sentence; undefined when it can run. */
  missing(): Promise<string | undefined>;
  /** @throws Error saying what is wrong */
  run(): Promise<void>;
}
