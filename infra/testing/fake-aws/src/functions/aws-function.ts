import type { Props } from '../catalogue/kind.js';
import type { World } from '../world/world.js';

/** Where a function is called from. */
export interface Caller {
  readonly world: World;
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

export type AwsFunction = (args: Props, caller: Caller) => Props;
