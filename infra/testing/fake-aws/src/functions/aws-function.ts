import type { Props } from '../catalogue/kind.js';
import type { AccountState } from '../account/account-state.js';

/** Where a function is called from. */
export interface Caller {
  readonly world: AccountState;
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

export type AwsFunction = (args: Props, caller: Caller) => Props;
